namespace LocalCluster.Rules;

/// <summary>Names a type.</summary>
internal sealed record CelType(string Name);
