using k8s.KubeConfigModels;

namespace KubectlGemma.Cluster;

/// <summary>Holds what a kubeconfig says of a server, with the proxy that the library doesn't know.</summary>
internal sealed class ProxiedEndpoint : ClusterEndpoint
{
    /// <summary>Gets the proxy that this server alone is reached by; null: none.</summary>
    public string? ProxyUrl { get; init; }
}
