namespace LocalCluster.Images;

/// <summary>Holds a request as the registry saw it.</summary>
public sealed record RegistryRequest(string Method, string Path);
