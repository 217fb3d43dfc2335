namespace LocalCluster;

/// <summary>How a <see cref="ApiServer"/> behaves.</summary>
public sealed record ApiServerOptions
{
    /// <summary>The cluster's clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Port on 127.0.0.1; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>Time between bookmarks of a watch.</summary>
    public TimeSpan BookmarkInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Changes kept for watches that start in the past.</summary>
    public int HistoryLimit { get; init; } = 50_000;
}
