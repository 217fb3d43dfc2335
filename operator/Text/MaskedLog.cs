using System.Text.RegularExpressions;
using GemmaOperator.Runtime.Text;

namespace GemmaOperator.Text;

/// <summary>Renders the end of a log as it may stand in a status: short, printable, credentials redacted.</summary>
internal static partial class MaskedLog
{
    /// <summary>Bound in UTF-8 bytes.</summary>
    public const int MaxBytes = 2048;

    private const string Names = "password|passwd|secret|token|api[_-]?key|access[_-]?key|signature|credential";

    /// <summary>Returns the last whole lines that fit, or the end of the last one if even that doesn't.</summary>
    public static string Of(string? log)
    {
        if (string.IsNullOrEmpty(log))
        {
            return "";
        }

        var clean = Clean(log).Trim('\n', ' ');
        var tail = Truncation.Tail(clean, MaxBytes);
        if (tail.Length == clean.Length || clean[^(tail.Length + 1)] == '\n')
        {
            return tail;
        }

        var line = tail.IndexOf('\n', StringComparison.Ordinal);
        return line < 0 ? tail : tail[(line + 1)..];
    }

    /// <summary>
    /// Removes terminal sequences, overwritten progress and other control characters, and redacts credentials. That is
    /// a safety net: it knows the shapes of common tokens, not every secret.
    /// </summary>
    public static string Clean(string log)
    {
        var text = Terminal().Replace(log.Replace("\r\n", "\n", StringComparison.Ordinal), "");
        text = Overwritten().Replace(text, "");
        text = VisibleText.Lines(Control().Replace(text, ""));
        text = UserInfo().Replace(text, "${scheme}***@");
        text = Header().Replace(text, "${name} ***");
        text = Named().Replace(text, "${name}***");
        return Token().Replace(text, "***");
    }

    /// <summary>Tells whether a variable or a field of this name holds a credential, by the same safety net.</summary>
    public static bool IsCredential(string name) => Credential().IsMatch(name);

    [GeneratedRegex(Names, RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Credential();

    /// <summary>CSI and OSC sequences (ECMA-48) and other two-character escapes.</summary>
    [GeneratedRegex(
        @"\x1B(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1B]*(\x07|\x1B\\)?|[@-Z\\^_])|\x9B[0-?]*[ -/]*[@-~]",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Terminal();

    /// <summary>What a carriage return inside a line overwrites: pip's progress bars.</summary>
    [GeneratedRegex(@"[^\n]*\r", RegexOptions.NonBacktracking)]
    private static partial Regex Overwritten();

    [GeneratedRegex(@"[\x00-\x08\x0B-\x1F\x7F-\x9F\u2028\u2029]", RegexOptions.NonBacktracking)]
    private static partial Regex Control();

    [GeneratedRegex(
        @"(?<scheme>[a-zA-Z][a-zA-Z0-9+.-]*://)[^\s/@""']+@",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex UserInfo();

    [GeneratedRegex(
        @"(?<name>\b(Bearer|Basic))\s+[A-Za-z0-9+/=._~-]{8,}",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking
    )]
    private static partial Regex Header();

    [GeneratedRegex(
        @"(?<name>\b[A-Za-z0-9_-]*(" + Names + @")[A-Za-z0-9_-]*""?\s*[=:]\s*""?)[^\s""'&,;]{4,}",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking
    )]
    private static partial Regex Named();

    /// <summary>
    /// JSON web tokens, and tokens of GitHub, GitLab, Hugging Face, Google, AWS, Docker Hub and PyPI by their prefixes.
    /// </summary>
    [GeneratedRegex(
        @"\beyJ[A-Za-z0-9_-]{6,}(\.[A-Za-z0-9_-]+)*|\b(gh[pousr]_|github_pat_|glpat-|hf_|ya29\.|AKIA|ASIA|"
            + @"dckr_pat_|pypi-)[A-Za-z0-9_.-]{10,}",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Token();
}
