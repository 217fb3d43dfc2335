using k8s.Models;

namespace GemmaOperator.Runtime.Caching;

/// <summary>The object of a bookmark.</summary>
internal sealed class WatchBookmark
{
    public V1ObjectMeta? Metadata { get; set; }
}
