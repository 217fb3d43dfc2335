namespace GemmaOperator.Runtime.Caching;

/// <summary>Says what a cache mirrors, and how patient it is.</summary>
public sealed record ReflectorOptions
{
    /// <summary>Gets the namespace; null: all.</summary>
    public string? Namespace { get; init; }

    /// <summary>Gets the label selector, in the API's own syntax; null: all objects.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>Gets the field selector, in the API's own syntax; null: all objects.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>Gets the objects per page of a list.</summary>
    public int PageSize { get; init; } = 125;

    /// <summary>
    /// Gets the least time after which the server ends a watch; it takes a random time up to twice as long, so that
    /// replicas spread out.
    /// </summary>
    public TimeSpan WatchTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Gets how long a watch may bring nothing, not even a bookmark, before it is replaced: its connection may be
    /// half-open. The server sends bookmarks about once a minute; resuming costs one request and no list.
    /// </summary>
    public TimeSpan IdleLimit { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>
    /// Gets how long failing counts as passing: beyond it the process isn't ready, since its cache may be arbitrarily
    /// old.
    /// </summary>
    public TimeSpan StuckAfter { get; init; } = TimeSpan.FromSeconds(60);
}
