namespace LocalCluster.Images;

/// <summary>Holds one file of a layer: its path without a leading slash, and its content.</summary>
public sealed record ImageFile(string Path, byte[] Content);
