using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Inputs;

/// <summary>Knows an image's platform, and the nodes that can run it.</summary>
internal static class ImagePlatform
{
    /// <summary>Names the label of nodes that says their architecture.</summary>
    public const string ArchitectureLabel = "kubernetes.io/arch";

    /// <summary>Reads the platforms of an image, in one order whatever the order of the list.</summary>
    public static Parsed<IReadOnlyList<WireEnum<Platform>>> Parse(
        IReadOnlyList<WireEnum<Platform>>? platforms,
        string field
    )
    {
        if (platforms is not { Count: > 0 } || platforms.Count > WireEnum<Platform>.Words.Count)
        {
            return Parsed<IReadOnlyList<WireEnum<Platform>>>.Wrong(
                field,
                $"it has {platforms?.Count ?? 0} entries",
                $"give at least one and at most {WireEnum<Platform>.Words.Count}"
            );
        }

        for (var i = 0; i < platforms.Count; i++)
        {
            if (platforms[i].Value is null)
            {
                return Parsed<IReadOnlyList<WireEnum<Platform>>>.Wrong(
                    $"{field}[{i}]",
                    $"{Quoted.Of(platforms[i].Text)} isn't supported",
                    $"choose {string.Join(" or ", WireEnum<Platform>.Words)}"
                );
            }

            if (platforms.Take(i).Any(before => before.Value == platforms[i].Value))
            {
                return Parsed<IReadOnlyList<WireEnum<Platform>>>.Wrong(
                    $"{field}[{i}]",
                    $"{platforms[i].Text} is named twice",
                    "name each platform once"
                );
            }
        }

        return Parsed<IReadOnlyList<WireEnum<Platform>>>.Of([.. platforms.OrderBy(p => p.Value)]);
    }

    /// <summary>Returns what the names of a platform's objects and tags end with; empty in a build for one.</summary>
    public static string Suffix(BuildTemplate template) => template.Part is { } part ? $"-{Architecture(part)}" : "";

    /// <summary>Returns the platform's architecture, as nodes are labelled with it.</summary>
    public static string Architecture(WireEnum<Platform> platform) => platform.Text.Split('/')[1];

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
            [ArchitectureLabel] = parts[1],
        };
        foreach (var (key, value) in chosen)
        {
            selector[key] = value;
        }

        return selector;
    }
}
