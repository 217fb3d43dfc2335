namespace LocalCluster.Images;

/// <summary>A request as the registry saw it.</summary>
public sealed record RegistryRequest(string Method, string Path);
