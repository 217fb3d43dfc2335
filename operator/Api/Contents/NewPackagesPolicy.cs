namespace GemmaOperator.Api.Contents;

/// <summary>Says what becomes of a candidate that brings packages which weren't published before.</summary>
internal enum NewPackagesPolicy
{
    /// <summary>It is published as any other.</summary>
    Allow,

    /// <summary>It waits for the annotation gemmaoperator.io/approve.</summary>
    Approve,
}
