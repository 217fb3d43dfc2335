namespace StandIns.Hub;

/// <summary>Remembers a request.</summary>
/// <param name="Method">GET or HEAD.</param>
/// <param name="Path">With its query.</param>
/// <param name="Range">The range header, or null.</param>
/// <param name="HasToken">Whether it carried an Authorization.</param>
/// <param name="IsStore">Whether it went to where large files are stored.</param>
public sealed record HubRequest(string Method, string Path, string? Range, bool HasToken, bool IsStore);
