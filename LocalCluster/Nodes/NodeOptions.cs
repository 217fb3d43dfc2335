namespace LocalCluster.Nodes;

/// <summary>The nodes of a <see cref="ControlPlane"/>, and how their pods run.</summary>
public sealed record NodeOptions
{
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Namespace whose Jobs, Deployments and pods are looked after; null means all.</summary>
    public string? Namespace { get; init; }

    /// <summary>What node names begin with, so that several control planes can share one API server.</summary>
    public string NodePrefix { get; init; } = "node";

    /// <summary>GPUs of each node.</summary>
    public IReadOnlyList<int> Gpus { get; init; } = [1];

    /// <summary>Where containers run.</summary>
    public IPodRunner? Runner { get; init; }

    /// <summary>
    /// Where images of a registry host really are, as host and port; hosts that aren't named here are
    /// taken to have every image.
    /// </summary>
    public IReadOnlyDictionary<string, string> Registries { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Whether an image that is never pulled (imagePullPolicy Never) is on the node.</summary>
    public Func<string, bool> IsPresent { get; init; } = _ => true;

    /// <summary>Time that each simulated step takes.</summary>
    public TimeSpan Step { get; init; } = TimeSpan.FromMilliseconds(20);
}
