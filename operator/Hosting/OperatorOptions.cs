using GemmaOperator.Api.Builds;
using GemmaOperator.Egress;
using GemmaOperator.Hosting.Dashboards;
using GemmaOperator.Hub;
using GemmaOperator.Registry.Access;
using GemmaOperator.Tenancy;
using Microsoft.Extensions.Logging;

namespace GemmaOperator.Hosting;

/// <summary>Says how the operator runs; command-line options, parsed once.</summary>
internal sealed record OperatorOptions
{
    /// <summary>Gets the namespaces to watch; none: all.</summary>
    public IReadOnlyList<string> Namespaces { get; init; } = [];

    /// <summary>
    /// Gets the ServiceAccount of each namespace as which its objects are written and its Secrets read; null: as the
    /// operator itself.
    /// </summary>
    public string? ImpersonatedAccount { get; init; }

    /// <summary>Kubeconfig file; null means KUBECONFIG, the default file, or the pod's own account.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>Context of the kubeconfig; null means its current one.</summary>
    public string? Context { get; init; }

    /// <summary>Wait for a Lease before acting, so that several replicas can run.</summary>
    public bool LeaderElect { get; init; }

    /// <summary>Namespace of that Lease.</summary>
    public string LeaseNamespace { get; init; } = "default";

    /// <summary>Address of /healthz, /readyz and /metrics.</summary>
    public string Listen { get; init; } = "http://127.0.0.1:8080";

    /// <summary>Gets where the dashboard listens; null: there is none.</summary>
    public DashboardOptions? Dashboard { get; init; }

    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>
    /// Layers image of the inference server for specs that name none; empty when there is no default.
    /// </summary>
    public string ServerImage { get; init; } = "";

    /// <summary>Gets the hub of specs that name none.</summary>
    public HubEndpoint Hub { get; init; } = HubEndpoint.Default;

    /// <summary>Gets the Kaniko executor image for specs that name none.</summary>
    public string ExecutorImage { get; init; } = BuildSpec.DefaultExecutorImage;

    /// <summary>Gets the operator's own image, for reducing scanners' reports; empty when scans can't be had.</summary>
    public string OperatorImage { get; init; } = "";

    /// <summary>Gets the file with the defaults of all objects; null: there are none.</summary>
    public string? DefaultsFile { get; init; }

    /// <summary>Gets what specs may name.</summary>
    public TenantPolicy Tenants { get; init; } = TenantPolicy.None;

    /// <summary>Gets where requests for a registry host really go; Kaniko is told the same.</summary>
    public RegistryMirrors Mirrors { get; init; } = RegistryMirrors.None;

    /// <summary>Registry hosts spoken to over plain HTTP.</summary>
    public IReadOnlyList<string> InsecureRegistries { get; init; } = [];

    /// <summary>Gets the hosts that may be asked wherever they are: in the cluster, on this machine.</summary>
    public IReadOnlyList<HostAndPort> TrustedHosts { get; init; } = [];

    /// <summary>Gets the registries whose tokens come from another host.</summary>
    public IReadOnlyList<TokenRealm> TokenRealms { get; init; } = [];

    /// <summary>Gets the networks of the cluster, beside those that it tells itself.</summary>
    public ClusterNetworks ClusterNetworks { get; init; } = ClusterNetworks.None;

    /// <summary>Gets which repositories the objects of each namespace may use.</summary>
    public RepositoryPolicy RepositoryPolicy { get; init; } = RepositoryPolicy.AllowAll;

    /// <summary>Gets whether pods of builds get a user namespace of their own.</summary>
    public bool BuildUserNamespaces { get; init; }

    /// <summary>Build Jobs that run at once, in all namespaces together; more builds wait in a queue.</summary>
    public int MaxBuilds { get; init; } = 10;

    /// <summary>Gets how many of them one namespace's builds may be; null: a fifth is kept for others.</summary>
    public int? MaxBuildsPerNamespace { get; init; }

    /// <summary>Gets the same as a number: all of them where only one namespace is watched.</summary>
    public int MaxBuildsOfOneNamespace =>
        MaxBuildsPerNamespace
        ?? (Namespaces.Count == 1 ? MaxBuilds : Math.Max(1, MaxBuilds - Math.Max(1, MaxBuilds / 5)));

    /// <summary>Gets how many workers one namespace's objects may have: a quarter is kept for others.</summary>
    public int WorkersOfOneNamespace => Math.Max(1, Workers - Math.Max(1, Workers / 4));

    /// <summary>Client-side limit on requests to the API server; null: none.</summary>
    public double? ApiRequestsPerSecond { get; init; }

    /// <summary>Objects of one kind reconciled at once.</summary>
    public int Workers { get; init; } = 8;
}
