using System.Text.RegularExpressions;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Inputs;

/// <summary>Holds the labels that a user adds to the image.</summary>
internal sealed partial record ImageLabels
{
    public const int MaxCount = 100;
    public const int MaxValueLength = 4096;

    /// <summary>Lists the prefixes of keys that belong to the operator; what they say must be true.</summary>
    private static readonly string[] Reserved =
    [
        "gemmaoperator.io/",
        "org.opencontainers.image.base.",
        "org.opencontainers.image.created",
        "org.opencontainers.image.version",
    ];

    private ImageLabels(IReadOnlyList<KeyValuePair<string, string>> labels) => Labels = labels;

    public static ImageLabels Empty { get; } = new([]);

    /// <summary>Gets them sorted by key.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Labels { get; }

    public static Parsed<ImageLabels> Parse(IReadOnlyDictionary<string, string>? given, string field)
    {
        var problems = new List<FieldError>();
        var labels = given ?? new Dictionary<string, string>(StringComparer.Ordinal);
        if (labels.Count > MaxCount)
        {
            problems.Add(Problem.At(field, $"{labels.Count} labels", $"list at most {MaxCount}"));
        }

        var sorted = labels.OrderBy(l => l.Key, StringComparer.Ordinal).Take(MaxCount).ToList();
        foreach (var (key, value) in sorted)
        {
            var where = $"{field}[{UntrustedText.Show(key)}]";
            if (!Key().IsMatch(key))
            {
                problems.Add(
                    Problem.At(
                        where,
                        "it isn't a label key",
                        "use lower-case letters, digits and ._-/, at most 253, as in com.example.team"
                    )
                );
            }
            else if (Reserved.Any(r => key.StartsWith(r, StringComparison.Ordinal)))
            {
                problems.Add(Problem.At(where, "the operator sets this label", "choose a key of your own domain"));
            }
            else if (value is null || UntrustedText.HasControl(value))
            {
                problems.Add(
                    Problem.At(
                        where,
                        "the value is none, or holds a line break or another control character",
                        "use printable characters only"
                    )
                );
            }
            else if (value.Length > MaxValueLength)
            {
                problems.Add(
                    Problem.At(where, $"a value of {value.Length} characters", $"keep it below {MaxValueLength}")
                );
            }
        }

        return problems.Count > 0
            ? Parsed<ImageLabels>.Wrong(problems)
            : Parsed<ImageLabels>.Of(new ImageLabels(sorted));
    }

    [GeneratedRegex(
        @"\A[a-z0-9]([a-z0-9._/-]{0,251}[a-z0-9])?\z",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Key();
}
