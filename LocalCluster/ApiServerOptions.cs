namespace LocalCluster;

/// <summary>Says how an <see cref="ApiServer"/> behaves.</summary>
public sealed record ApiServerOptions
{
    /// <summary>Gets the cluster's clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Gets the port on 127.0.0.1; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>Gets the time between bookmarks of a watch.</summary>
    public TimeSpan BookmarkInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets how many changes are kept for watches that start in the past.</summary>
    public int HistoryLimit { get; init; } = 50_000;
}
