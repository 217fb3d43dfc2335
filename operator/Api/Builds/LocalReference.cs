namespace GemmaOperator.Api.Builds;

/// <summary>Describes the name of an object in the same namespace.</summary>
internal sealed record LocalReference
{
    /// <summary>Name; empty means none.</summary>
    public string Name { get; init; } = "";
}
