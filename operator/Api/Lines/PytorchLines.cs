using System.Globalization;

namespace GemmaOperator.Api.Lines;

/// <summary>Holds the lines of PyTorch that this release knows, oldest first: <c>pytorch-lines.txt</c>.</summary>
internal sealed class PytorchLines
{
    private const string File = "pytorch-lines.txt";

    private static readonly Lazy<PytorchLines> Read = new(() =>
    {
        using var stream =
            typeof(PytorchLines).Assembly.GetManifestResourceStream(File)
            ?? throw new InvalidOperationException($"{File} isn't in the assembly");
        using var reader = new StreamReader(stream);
        return Parse(reader.ReadToEnd());
    });

    private PytorchLines(DateOnly known, IReadOnlyList<PytorchLine> all, bool isSeen = false) =>
        (Known, All, AreSeen) = (known, all, isSeen);

    /// <summary>Gets those that this release knows.</summary>
    public static PytorchLines Shipped => Read.Value;

    /// <summary>Gets the day that they are known as of.</summary>
    public DateOnly Known { get; }

    /// <summary>Gets whether a registry has something newer than what is known as of that day.</summary>
    public bool AreSeen { get; }

    /// <summary>Gets the lines, oldest first.</summary>
    public IReadOnlyList<PytorchLine> All { get; }

    /// <summary>Gets the newest line.</summary>
    public PytorchLine Newest => All[^1];

    /// <summary>Returns the line of a version such as 2.10.0; null when it isn't known.</summary>
    public PytorchLine? Of(Version version) =>
        All.FirstOrDefault(line => line.Newest.Major == version.Major && line.Newest.Minor == version.Minor);

    /// <summary>Returns the line that came after one; null when none did.</summary>
    public PytorchLine? After(PytorchLine line) => All.SkipWhile(other => other != line).Skip(1).FirstOrDefault();

    /// <summary>Returns the same with a release that a registry has, where that is newer than what is known.</summary>
    /// <param name="seen">The release.</param>
    /// <param name="cuda">The CUDA that it was seen for; empty where nobody said.</param>
    public PytorchLines With(Version seen, string cuda) =>
        Of(seen) is { } line
            ? seen > line.Newest
                ? new PytorchLines(Known, [.. All.Select(l => l == line ? l with { Newest = seen } : l)], isSeen: true)
                : this
            : seen > Newest.Newest
                ? new PytorchLines(
                    Known,
                    [
                        .. All,
                        new PytorchLine($"{seen.Major}.{seen.Minor}", "", seen, "", cuda.Length > 0 ? [cuda] : []),
                    ],
                    isSeen: true
                )
                : this;

    /// <summary>Reads the file's text.</summary>
    /// <exception cref="FormatException">It isn't such a text; the message has the line.</exception>
    public static PytorchLines Parse(string text)
    {
        DateOnly? known = null;
        var all = new List<PytorchLine>();
        foreach (var line in text.Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0 && l[0] != '#'))
        {
            switch (line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                case ["known", var day]
                    when DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, default, out var date):
                    known = date;
                    break;
                case [var name, var released, var newest, var cudnn, _, ..] words
                    when Version.TryParse(newest, out var version)
                        && $"{version.Major}.{version.Minor}" == name
                        && (all.Count == 0 || version > all[^1].Newest):
                    all.Add(new PytorchLine(name, released, version, cudnn == "-" ? "" : cudnn, words[4..]));
                    break;
                default:
                    throw new FormatException($"{File}: \"{line}\" is neither a known day nor the next line");
            }
        }

        return known is { } at && all.Count > 0
            ? new PytorchLines(at, all)
            : throw new FormatException($"{File} says no day, or no line");
    }
}
