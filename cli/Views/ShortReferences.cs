using System.Text.RegularExpressions;

namespace KubectlGemma.Views;

/// <summary>
/// Shortens references by digest in sentences to the image's name and four digits; data has them whole.
/// </summary>
internal static partial class ShortReferences
{
    public static string In(string text) => ByDigest().Replace(text, "${name}@sha256:${digits}…");

    [GeneratedRegex(
        @"(?<path>[a-zA-Z0-9.:_/-]*/)?(?<name>[a-z0-9._-]+)@sha256:(?<digits>[0-9a-f]{4})[0-9a-f]{60}",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex ByDigest();
}
