using GemmaOperator.Runtime.Caching;
using GemmaOperator.Runtime.Client;
using GemmaOperator.Runtime.Control;
using GemmaOperator.Runtime.Leadership;
using k8s;

namespace GemmaOperator.Runtime.Host;

/// <summary>Says how a <see cref="ControllerHost"/> runs, and in whose name.</summary>
public sealed record ControllerHostOptions
{
    /// <summary>
    /// Gets what loads the cluster's configuration; called again when a token or the CA may have changed.
    /// </summary>
    public required Func<KubernetesClientConfiguration> Configuration { get; init; }

    /// <summary>
    /// Gets the namespaces to watch; none: all. Of several, one that can't be read (no Role there, or not there at all)
    /// is told and waited for, and the others go on.
    /// </summary>
    public IReadOnlyList<string> Namespaces { get; init; } = [];

    /// <summary>
    /// Gets which lease decides who works; null: this process works at once, without asking who else does.
    /// </summary>
    public LeaderElectionOptions? LeaderElection { get; init; }

    /// <summary>Gets how to talk to the API server, and who owns the fields that are applied.</summary>
    public required KubeTransportOptions Transport { get; init; }

    /// <summary>Gets how caches are filled; namespace and selectors come from the host and its controllers.</summary>
    public ReflectorOptions Caches { get; init; } = new();

    /// <summary>Gets what controllers get unless they ask for other.</summary>
    public ControllerOptions Controllers { get; init; } = new();

    /// <summary>
    /// Gets the name under which events are written, a qualified one: <c>example.com/my-operator</c>.
    /// </summary>
    public required string ReportingController { get; init; }

    /// <summary>Gets how long running reconciles may finish when stopping, before they are cancelled.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets what ends the process when a lost term's work can't be ended.</summary>
    public Action<string> Exit { get; init; } = Environment.FailFast;
}
