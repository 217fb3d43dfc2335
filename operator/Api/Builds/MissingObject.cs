namespace GemmaOperator.Api.Builds;

/// <summary>Describes an object that the spec names and that isn't there, and since when it is missed.</summary>
internal sealed record MissingObject
{
    /// <summary>Field that names it.</summary>
    public string Field { get; init; } = "";

    /// <summary>Its kind.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Its name.</summary>
    public string Name { get; init; } = "";

    /// <summary>When it was first missed (UTC).</summary>
    public DateTime? Since { get; init; }
}
