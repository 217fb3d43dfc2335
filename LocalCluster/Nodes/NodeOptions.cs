using System.Net;
using System.Text.Json.Nodes;

namespace LocalCluster.Nodes;

/// <summary>Says which nodes a <see cref="ControlPlane"/> has, and how their pods run.</summary>
public sealed record NodeOptions
{
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Gets the namespace whose Jobs, Deployments and pods are looked after; null means all.</summary>
    public string? Namespace { get; init; }

    /// <summary>Gets what node names begin with, so that several control planes can share one API server.</summary>
    public string NodePrefix { get; init; } = "node";

    /// <summary>Gets the number of GPUs of each node.</summary>
    public IReadOnlyList<int> Gpus { get; init; } = [1];

    /// <summary>
    /// Gets where an API server asks the nodes' kubelets; null where none does. It is for those that are started with
    /// nodes like these.
    /// </summary>
    public IPEndPoint? Kubelet { get; init; }

    /// <summary>Runs the containers.</summary>
    public required IPodRunner Runner { get; init; }

    /// <summary>
    /// Says where images of a registry host really are, as host and port; hosts that aren't named here are taken to
    /// have every image.
    /// </summary>
    public IReadOnlyDictionary<string, string> Registries { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Says whether an image that is never pulled (imagePullPolicy Never) is on the node.</summary>
    public Func<string, bool> IsPresent { get; init; } = _ => true;

    /// <summary>Says whether a storage class's provisioner runs, and makes a volume for each claim.</summary>
    public Func<string, bool> Provisions { get; init; } = _ => true;

    /// <summary>Decides whether a kubelet takes a pod that was bound to its node; null: it does.</summary>
    public Func<JsonObject, PodRefusal?> Refuses { get; init; } = _ => null;

    /// <summary>
    /// Gets how long a node may be silent until nobody knows of it (the controller manager's
    /// --node-monitor-grace-period).
    /// </summary>
    public TimeSpan NodeGrace { get; init; } = TimeSpan.FromSeconds(50);

    /// <summary>Gets the time that each simulated step takes.</summary>
    public TimeSpan Step { get; init; } = TimeSpan.FromMilliseconds(20);
}
