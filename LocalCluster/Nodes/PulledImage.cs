namespace LocalCluster.Nodes;

/// <summary>Says what came of getting an image onto a node.</summary>
/// <param name="Error">Why it isn't there, in the words of what pulls; null when it is.</param>
/// <param name="User">The user in its config, empty for root; null when nobody asked.</param>
public sealed record PulledImage(string? Error, string? User);
