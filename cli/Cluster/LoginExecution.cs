using k8s.KubeConfigModels;

namespace KubectlGemma.Cluster;

/// <summary>Holds what a kubeconfig says of a login program, with what the library doesn't know.</summary>
internal sealed class LoginExecution : ExternalExecution
{
    /// <summary>Gets whether the program may ask its user: Never, IfAvailable or Always; null: IfAvailable.</summary>
    public string? InteractiveMode { get; init; }
}
