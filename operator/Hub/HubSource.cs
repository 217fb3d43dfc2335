namespace GemmaOperator.Hub;

/// <summary>Names files of a hub: which repository, at which revision.</summary>
/// <param name="Endpoint">The hub.</param>
/// <param name="Repository">Repository, as <c>Syntax.HubRepository</c> has it: safe in a URL's path.</param>
/// <param name="Revision">Branch, tag or commit, as <c>Syntax.HubRevision</c> has it.</param>
/// <param name="Include">Globs of files besides those that the server reads.</param>
/// <param name="Insecure">Whether plain HTTP is allowed.</param>
internal sealed record HubSource(
    HubEndpoint Endpoint,
    string Repository,
    string Revision,
    IReadOnlyList<string> Include,
    bool Insecure
)
{
    private const string Prefix = "hub:";

    /// <summary>Returns it for people and statuses: <c>hub:google/gemma-3-1b-it@main</c>.</summary>
    public override string ToString() =>
        Endpoint == HubEndpoint.Default
            ? $"{Prefix}{Repository}@{Revision}"
            : $"{Prefix}{Endpoint}/{Repository}@{Revision}";

    /// <summary>
    /// Returns the hub that a text of <see cref="ToString"/> means for a repository; null where it means another
    /// repository, or isn't such a text.
    /// </summary>
    public static HubEndpoint? HubOf(string? text, string repository)
    {
        // Neither a hub's address nor a repository has an @ in it, nor has a revision.
        if (text?.Split('@') is not [var place, _] || !place.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        place = place[Prefix.Length..];
        return place == repository ? HubEndpoint.Default
            : place.EndsWith($"/{repository}", StringComparison.Ordinal)
            && HubEndpoint.TryParse(place[..^(repository.Length + 1)], out var endpoint)
                ? endpoint
            : null;
    }
}
