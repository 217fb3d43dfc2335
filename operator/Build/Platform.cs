namespace GemmaOperator.Build;

/// <summary>The nodes that can run an image's platform.</summary>
internal static class Platform
{
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
        foreach (var (key, value) in chosen) selector[key] = value;
        return selector;
    }
}
