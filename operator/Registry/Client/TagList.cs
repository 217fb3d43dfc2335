using GemmaOperator.Registry.References;

namespace GemmaOperator.Registry.Client;

/// <summary>Tags of a repository.</summary>
/// <param name="Tags">Those that the registry named.</param>
/// <param name="IsComplete">Whether these are all.</param>
internal sealed record TagList(IReadOnlyList<ImageTag> Tags, bool IsComplete);
