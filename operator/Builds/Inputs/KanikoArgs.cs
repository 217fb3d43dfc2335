using GemmaOperator.Text;

namespace GemmaOperator.Builds.Inputs;

/// <summary>Holds additional Kaniko flags of a user, from an allow list.</summary>
internal sealed record KanikoArgs
{
    public const int MaxCount = 50;

    private KanikoArgs(IReadOnlyList<KanikoFlag> flags) => Flags = flags;

    public IReadOnlyList<KanikoFlag> Flags { get; }

    public static Parsed<KanikoArgs> Parse(IReadOnlyList<string>? given, string field)
    {
        var texts = given ?? [];
        if (texts.Count > MaxCount)
        {
            return Parsed<KanikoArgs>.Wrong(field, $"{texts.Count} flags", $"list at most {MaxCount}");
        }

        var parsed = texts.Select((text, i) => KanikoFlag.Parse(text ?? "", $"{field}[{i}]")).ToList();
        var problems = parsed.SelectMany(p => p.Problems).ToList();
        if (problems.Count > 0)
        {
            return Parsed<KanikoArgs>.Wrong(problems);
        }

        var args = new KanikoArgs([.. parsed.Select(p => p.Value)]);
        // The executor ends with its usage text, in which the reason drowns.
        return args.Last("compression") == "zstd" && args.Last("image-format") == "docker"
            ? Parsed<KanikoArgs>.Wrong(
                field,
                "--compression=zstd with --image-format=docker, which has no such layers",
                "give --image-format=oci"
            )
            : Parsed<KanikoArgs>.Of(args);
    }

    /// <summary>
    /// Returns our flags, with the user's in place of those of the same name. Kaniko takes the last one, but two that
    /// contradict each other would be hard to read in a Job.
    /// </summary>
    public IEnumerable<KanikoFlag> Over(IReadOnlyList<KanikoFlag> ours)
    {
        var replaced = Flags.Where(f => !f.IsRepeatable).ToLookup(f => f.Name, StringComparer.Ordinal);
        return ours.Where(f => !replaced.Contains(f.Name))
            .Concat(Flags.Where(f => f.IsRepeatable))
            .Concat(replaced.Select(same => same.Last()));
    }

    private string? Last(string name) => Flags.LastOrDefault(flag => flag.Name == name)?.Value;
}
