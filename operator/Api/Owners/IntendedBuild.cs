namespace GemmaOperator.Api.Owners;

/// <summary>
/// Says which GemmaBuild an object makes next. It is written before the build is: one that isn't announced so was made
/// by somebody else.
/// </summary>
internal sealed record IntendedBuild
{
    /// <summary>Name of the GemmaBuild.</summary>
    public string Name { get; init; } = "";

    /// <summary>Hash of its spec.</summary>
    public string SpecHash { get; init; } = "";
}
