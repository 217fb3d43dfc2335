using GemmaOperator.Text;

namespace GemmaOperator.Builds.Inputs;

/// <summary>An image's platform, and the nodes that can run it.</summary>
internal static class ImagePlatform
{
    /// <summary>The one platform of a list that may grow one day.</summary>
    public static Parsed<string> Parse(IReadOnlyList<string>? platforms, string field) =>
        platforms switch
        {
            ["linux/amd64" or "linux/arm64"] => Parsed<string>.Of(platforms[0]),
            [var other] => Parsed<string>.Wrong(
                $"{field}[0]",
                $"{UntrustedText.Show(other ?? "")} isn't supported",
                "choose linux/amd64 or linux/arm64"
            ),
            _ => Parsed<string>.Wrong(field, $"it has {platforms?.Count ?? 0} entries", "give exactly one"),
        };

    /// <summary>Labels that a node needs; what the user says wins.</summary>
    /// <param name="platform">As <c>linux/amd64</c>.</param>
    /// <param name="chosen">The user's own selector.</param>
    public static Dictionary<string, string> Selector(string platform, IReadOnlyDictionary<string, string> chosen)
    {
        var parts = platform.Split('/');
        var selector = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["kubernetes.io/os"] = parts[0],
            ["kubernetes.io/arch"] = parts[1],
        };
        foreach (var (key, value) in chosen)
        {
            selector[key] = value;
        }

        return selector;
    }
}
