using GemmaOperator.Runtime.Caching;
using GemmaOperator.Runtime.Client;
using GemmaOperator.Runtime.Control;
using GemmaOperator.Runtime.Leadership;
using k8s;

namespace GemmaOperator.Runtime.Host;

/// <summary>How a <see cref="ControllerHost"/> runs.</summary>
internal sealed record ControllerHostOptions
{
    /// <summary>Loads the cluster's configuration; called again when a token or the CA may have changed.</summary>
    public required Func<KubernetesClientConfiguration> Configuration { get; init; }

    /// <summary>The one namespace to watch; null: all.</summary>
    public string? Namespace { get; init; }

    /// <summary>Null: this process works at once, without asking who else does.</summary>
    public LeaderElectionOptions? LeaderElection { get; init; }

    public KubeTransportOptions Transport { get; init; } = new();

    public ReflectorOptions Caches { get; init; } = new();

    /// <summary>What controllers get unless they ask for other.</summary>
    public ControllerOptions Controllers { get; init; } = new();

    /// <summary>Name under which events are written: a qualified name.</summary>
    public string ReportingController { get; init; } = "gemmaoperator.io/gemma-operator";

    /// <summary>How long running reconciles may finish when stopping, before they are cancelled.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Ends the process when a lost term's work can't be ended.</summary>
    public Action<string> Exit { get; init; } = Environment.FailFast;
}
