using System.Text;

namespace GemmaInference.Fetch.Files;

/// <summary>
/// Holds a file's name within a model as far as it is harmless: relative, without <c>..</c>, of bounded length. Names
/// come from hubs, registries and archives.
/// </summary>
internal sealed record RelativePath
{
    private const int MaxBytes = 1024;
    private const int MaxSegmentBytes = 200;

    /// <summary>Begins the names of the fetcher's own files, which no source may write.</summary>
    public const string OwnPrefix = ".gemma-";

    private RelativePath(string value) => Value = value;

    public string Value { get; }

    /// <summary>Parses a name; <paramref name="trouble"/> says what is wrong with it.</summary>
    public static RelativePath? TryParse(string text, out string trouble)
    {
        trouble = Judge(text) ?? "";
        return trouble.Length == 0 ? new RelativePath(text) : null;
    }

    /// <summary>Returns where it lies below a directory.</summary>
    public string Below(string directory) => Path.Combine(directory, Value);

    /// <summary>Returns the rest of the path within a folder; null where it isn't in it.</summary>
    public RelativePath? Within(RelativePath folder) =>
        Value.StartsWith(folder.Value + "/", StringComparison.Ordinal)
            ? TryParse(Value[(folder.Value.Length + 1)..], out _)
            : null;

    public override string ToString() => Value;

    private static string? Judge(string text)
    {
        if (text.Length == 0 || Encoding.UTF8.GetByteCount(text) > MaxBytes)
        {
            return $"expected 1 to {MaxBytes} bytes";
        }

        if (text.Contains('\\', StringComparison.Ordinal) || text.Any(char.IsControl))
        {
            return "backslashes and control characters are not allowed";
        }

        if (text[0] == '/')
        {
            return "must be relative";
        }

        foreach (var segment in text.Split('/'))
        {
            if (segment is "" or "." or ".." || Encoding.UTF8.GetByteCount(segment) > MaxSegmentBytes)
            {
                return "no part may be empty, '.', '..' or longer than 200 bytes";
            }
        }

        return text.StartsWith(OwnPrefix, StringComparison.OrdinalIgnoreCase)
            ? $"must not begin with {OwnPrefix}"
            : null;
    }
}
