using GemmaOperator.Api.Words;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Inputs;

/// <summary>Knows an image's platform, and the nodes that can run it.</summary>
internal static class ImagePlatform
{
    /// <summary>Reads the one platform of a list that may hold more one day.</summary>
    public static Parsed<WireEnum<Platform>> Parse(IReadOnlyList<WireEnum<Platform>>? platforms, string field) =>
        platforms switch
        {
            [{ Value: { } platform }] => Parsed<WireEnum<Platform>>.Of(platform),
            [var other] => Parsed<WireEnum<Platform>>.Wrong(
                $"{field}[0]",
                $"{Quoted.Of(other.Text)} isn't supported",
                $"choose {string.Join(" or ", WireEnum<Platform>.Words)}"
            ),
            _ => Parsed<WireEnum<Platform>>.Wrong(field, $"it has {platforms?.Count ?? 0} entries", "give exactly one"),
        };

    /// <summary>Renders the labels that a node needs; the user's own selector wins.</summary>
    /// <param name="platform">Platform of the image.</param>
    /// <param name="chosen">The user's own selector.</param>
    public static Dictionary<string, string> Selector(
        WireEnum<Platform> platform,
        IReadOnlyDictionary<string, string> chosen
    )
    {
        var parts = platform.Text.Split('/');
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
