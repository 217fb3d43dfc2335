namespace GemmaInference.Api;

/// <summary>Marks endpoints that need no key: what kubelets, load balancers and Prometheus ask.</summary>
internal sealed class OpenToAll
{
    public static OpenToAll Instance { get; } = new();
}
