namespace KubectlGemma.Local;

/// <summary>Holds what a local build came to.</summary>
internal sealed record LocalResult
{
    /// <summary>Gets the name of the object.</summary>
    public required string Object { get; init; }

    public required string Platform { get; init; }

    /// <summary>Gets where it was built, and by what.</summary>
    public required string Engine { get; init; }

    public required LocalBase Base { get; init; }

    /// <summary>Gets what the image is called on the engine.</summary>
    public required string Image { get; init; }

    public required string Id { get; init; }

    /// <summary>Gets what it takes on the engine's disk, unpacked, with its base.</summary>
    public required long Bytes { get; init; }

    public required IReadOnlyList<LocalStep> Steps { get; init; }

    public required IReadOnlyList<LocalLayer> Layers { get; init; }

    /// <summary>Gets how long the build took, without pulls and the check.</summary>
    public required TimeSpan Took { get; init; }

    public required LocalVerification Verification { get; init; }

    /// <summary>Gets what the registry has it under; null where it wasn't pushed.</summary>
    public string? Pushed { get; init; }

    /// <summary>Gets the times compared with the cluster's.</summary>
    public required LocalComparison Comparison { get; init; }

    /// <summary>Gets whether it is as it should be.</summary>
    public bool IsGood => Verification.Problem is null;
}
