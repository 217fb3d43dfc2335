using System.Text.RegularExpressions;

namespace GemmaInference.Api;

/// <summary>Names the fields that a request has in vain, fit for a header and a log.</summary>
internal static partial class IgnoredFields
{
    private const int Most = 5;

    /// <summary>Names five at most, in order, by letters that no header and no terminal takes amiss.</summary>
    public static string Name(IReadOnlyList<string> paths)
    {
        var named = paths.Take(Most).Select(path => Odd().Replace(path.Length <= 60 ? path : path[..60], "?"));
        var more = paths.Count > Most ? $", and {paths.Count - Most} more" : "";
        return string.Join(", ", named) + more;
    }

    [GeneratedRegex(@"[^A-Za-z0-9_.\[\]-]", RegexOptions.NonBacktracking)]
    private static partial Regex Odd();
}
