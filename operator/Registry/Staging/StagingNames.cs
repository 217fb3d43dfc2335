namespace GemmaOperator.Registry.Staging;

/// <summary>Names what the executor sees of the staging registry: three repositories on its own loopback.</summary>
internal static class StagingNames
{
    /// <summary>
    /// Names the registry as references do. It is on the pod's loopback, so that nothing outside the pod reaches it.
    /// </summary>
    public const string Host = "127.0.0.1:5010";

    /// <summary>Numbers the port of the kubelet's probe, which comes from outside the pod.</summary>
    public const int ProbePort = 5011;

    /// <summary>Names the base's repository: read, by the digest of the base alone.</summary>
    public const string Base = "base";

    /// <summary>Names the result's repository: written, to the disk of the pod.</summary>
    public const string Output = "output";

    /// <summary>Names the cache's repository: read through, written to the disk of the pod.</summary>
    public const string Cache = "cache";
}
