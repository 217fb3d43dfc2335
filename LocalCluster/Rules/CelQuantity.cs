namespace LocalCluster.Rules;

/// <summary>Holds an amount, as <c>quantity()</c> makes it.</summary>
internal sealed record CelQuantity(decimal Amount);
