using System.Text.RegularExpressions;

namespace GemmaOperator.Builds.Contents;

/// <summary>
/// Says where a Python distribution came from, as its own files tell: an index (which one, pip doesn't record), an
/// address with its hash, a repository with its commit, the disk of the build, or nobody knows.
/// </summary>
internal sealed partial record PackageOrigin
{
    private PackageOrigin(string text) => Text = text;

    /// <summary>Gets the origin of what doesn't say.</summary>
    public static PackageOrigin Unknown { get; } = new("");

    /// <summary>
    /// Gets it as it is written: <c>index</c>, <c>local</c>, <c>url …#…</c>, <c>vcs …@…</c>, or nothing.
    /// </summary>
    public string Text { get; }

    /// <summary>Reads what the program in an image wrote; false when it never writes such a text.</summary>
    public static bool TryParse(string text, out PackageOrigin origin)
    {
        origin = text.Length == 0 ? Unknown : new PackageOrigin(text);
        return text.Length == 0 || Form().IsMatch(text);
    }

    [GeneratedRegex(
        @"\A(index|local|url [a-z][a-z0-9+.-]{0,15}://[!-?A-~]{1,480}|"
            + @"vcs [a-z][a-z0-9+.-]{0,15}://[!-?A-~]{1,400}@[A-Za-z0-9._-]{0,80})\z",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Form();
}
