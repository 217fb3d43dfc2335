namespace GemmaOperator.Api.Workloads;

/// <summary>Says what a server image said of itself when a build last looked at it.</summary>
internal sealed record ServerImageStatus
{
    /// <summary>Bounds <see cref="Libtorch"/>, in characters.</summary>
    public const int LongestLabel = 64;

    /// <summary>Reference, as it was asked for.</summary>
    public string Reference { get; init; } = "";

    /// <summary>The libtorch that it runs on, by its label; absent when that says nothing.</summary>
    public string? Libtorch { get; init; }
}
