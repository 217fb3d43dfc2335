using System.Text.RegularExpressions;

namespace Quickstart.Terminal;

/// <summary>
/// Shortens references and hashes for people: <c>host:5000/team/gemma@sha256:4927…</c> becomes
/// <c>gemma@sha256:4927…</c>, and <c>host/team/gemma:1</c> becomes <c>gemma:1</c>, whatever stands around them.
/// Addresses with a scheme stay, but a hub's before what is on it.
/// </summary>
internal static partial class ShortReferences
{
    private const int ShownHex = 4;

    /// <summary>Returns the text with its references shortened.</summary>
    public static string In(string text) =>
        Hash()
            .Replace(
                Reference().Replace(HubAddress().Replace(text, ""), "${name}"),
                found => $"{found.ValueSpan[..ShownHex]}…"
            );

    [GeneratedRegex(
        @"(?<![\w./:@-])[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]{1,5})?(/[A-Za-z0-9][A-Za-z0-9._-]*)*/"
            + @"(?<name>[A-Za-z0-9][A-Za-z0-9._-]*(:[A-Za-z0-9_][\w.-]*|@sha256:))",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        1000
    )]
    private static partial Regex Reference();

    [GeneratedRegex(@"(?<=\bhub:)https?://[^\s/]+/(?=[\w.-]+/[\w.-]+@)", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex HubAddress();

    [GeneratedRegex("(?<![0-9a-f])[0-9a-f]{32,}", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Hash();
}
