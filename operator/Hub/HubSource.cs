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
    /// <summary>Returns it for people and statuses: <c>hub:google/gemma-3-1b-it@main</c>.</summary>
    public override string ToString() =>
        Endpoint == HubEndpoint.Default ? $"hub:{Repository}@{Revision}" : $"hub:{Endpoint}/{Repository}@{Revision}";
}
