using GemmaOperator.Registry.References;

namespace GemmaOperator.Registry.Client;

/// <summary>Lists the tags of a repository.</summary>
/// <param name="Tags">The tags that the registry named.</param>
/// <param name="IsComplete">Whether these are all tags of the repository.</param>
internal sealed record TagList(IReadOnlyList<ImageTag> Tags, bool IsComplete);
