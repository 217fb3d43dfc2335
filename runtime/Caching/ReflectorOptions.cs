namespace GemmaOperator.Runtime.Caching;

/// <summary>What a reflector mirrors, and how patient it is.</summary>
internal sealed record ReflectorOptions
{
    /// <summary>Null: all namespaces.</summary>
    public string? Namespace { get; init; }

    public string? LabelSelector { get; init; }

    public string? FieldSelector { get; init; }

    /// <summary>Objects per page of a list.</summary>
    public int PageSize { get; init; } = 125;

    /// <summary>
    /// The server ends a watch after a random time between this and twice this, so that replicas spread out.
    /// </summary>
    public TimeSpan WatchTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// A watch that brought not even a bookmark for so long is replaced: its connection may be half-open. The server
    /// sends bookmarks about once a minute; resuming costs one request and no list.
    /// </summary>
    public TimeSpan IdleLimit { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>Failing for longer than this means stuck: the cache may be arbitrarily old.</summary>
    public TimeSpan StuckAfter { get; init; } = TimeSpan.FromSeconds(60);
}
