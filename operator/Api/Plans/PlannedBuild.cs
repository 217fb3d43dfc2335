namespace GemmaOperator.Api.Plans;

/// <summary>Says what a build that is due is made from, and what it takes.</summary>
internal sealed record PlannedBuild
{
    /// <summary>Name that the GemmaBuild would have.</summary>
    public string Name { get; init; } = "";

    /// <summary>Why it is due.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    /// <summary>Inputs that differ from the newest attempt's, at most 10.</summary>
    public IReadOnlyList<string>? Changes { get; init; }

    /// <summary>Whether one is due without this spec, too; absent where the spec is the object's own.</summary>
    public bool? IsDueAnyway { get; init; }

    /// <summary>SHA-256 of the build's spec.resolved.dockerfile.</summary>
    public string DockerfileHash { get; init; } = "";

    /// <summary>Digest that the base stands for; absent where the registry would have to be asked.</summary>
    public string? BaseDigest { get; init; }

    /// <summary>Layers that it makes; 0 where the base image that is there is kept.</summary>
    public int Layers { get; init; }

    /// <summary>How many of them should come from the cache.</summary>
    public int CachedLayers { get; init; }

    /// <summary>Build whose layers, or whose base image, they are; absent where there are none.</summary>
    public string? CachedBy { get; init; }

    /// <summary>Why the others are made anew; absent when none are.</summary>
    public string? AnewBecause { get; init; }

    /// <summary>Minutes that it usually takes.</summary>
    public string Minutes { get; init; } = "";

    /// <summary>Minutes from the quickest to the slowest case.</summary>
    public string MinuteRange { get; init; } = "";

    /// <summary>What they cost, from the quickest to the slowest case.</summary>
    public string Cost { get; init; } = "";

    /// <summary>The same by step, and what tells so, in a sentence.</summary>
    public string Effort { get; init; } = "";
}
