using System.Text.RegularExpressions;

namespace GemmaOperator.Registry.References;

/// <summary>
/// Names the tag under which registries without the referrers API keep what is attached to an image (OCI distribution
/// spec 1.1, referrers tag schema).
/// </summary>
internal static partial class ReferrersTag
{
    /// <summary>Returns the tag: the algorithm, a hyphen, and at most 64 digits.</summary>
    public static ImageTag Of(ImageDigest subject) =>
        ImageTag.Parse($"{subject.Algorithm}-{subject.Hex[..Math.Min(64, subject.Hex.Length)]}");

    /// <summary>Tells whether a tag has that form.</summary>
    public static bool Is(string tag) => Form().IsMatch(tag);

    [GeneratedRegex(@"\Asha(256|512)-[0-9a-f]{64}\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Form();
}
