namespace GemmaOperator.BaseImages.Freshness;

/// <summary>
/// Understands the values of the annotation <c>gemmaoperator.io/requestedAt</c>: a first word, by which one request
/// differs from another; then <c>cached</c>, alone or as <c>cached: REASON</c>, where layers of the cache will do; or
/// anything.
/// </summary>
internal static class RebuildRequest
{
    private const string Word = "cached";

    /// <summary>
    /// Decides whether a request is content with the packages of the layer cache. Who asks by hand means now: without
    /// that word they are fetched anew.
    /// </summary>
    public static bool KeepsCache(string value) =>
        value.Trim().Split([' ', '\t'], 2, StringSplitOptions.TrimEntries) is [_, var rest] && IsKeeping(rest);

    /// <summary>Returns whether a reason would be read as the word.</summary>
    public static bool IsKeeping(string reason) =>
        reason.Trim() == Word || reason.TrimStart().StartsWith($"{Word}:", StringComparison.Ordinal);

    /// <summary>Renders a request.</summary>
    /// <param name="at">Its first word.</param>
    /// <param name="keepsCache">Whether layers of the cache will do.</param>
    /// <param name="reason">Why; null or empty for no reason.</param>
    public static string Render(string at, bool keepsCache, string? reason) =>
        (keepsCache, reason) switch
        {
            (true, { Length: > 0 }) => $"{at} {Word}: {reason}",
            (true, _) => $"{at} {Word}",
            (false, { Length: > 0 }) => $"{at} {reason}",
            _ => at,
        };
}
