namespace GemmaOperator.Builds.Contents;

/// <summary>Holds what an image's <c>os-release</c> says, cleaned.</summary>
/// <param name="Id">As in <c>ubuntu</c>; empty where it isn't said, or isn't an id.</param>
/// <param name="Version">As in <c>24.04</c>; empty the same way.</param>
/// <param name="Name">For people.</param>
internal sealed record OsRelease(string Id, string Version, string Name)
{
    public static readonly OsRelease Unknown = new("", "", "");
}
