namespace GemmaOperator.Builds.Steps;

/// <summary>Says whether the operator made a build.</summary>
internal enum BuildOrigin
{
    /// <summary>Its owner's status says so.</summary>
    Own,

    /// <summary>Nothing that only the operator can write says so.</summary>
    Unknown,
}
