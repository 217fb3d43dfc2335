using GemmaOperator.Api.Words;

namespace GemmaOperator.Api.Models;

/// <summary>Says which weights the spec asks for, and how far they are.</summary>
internal sealed record ModelStatus
{
    /// <summary>Kind of source.</summary>
    public WireEnum<ModelSource> Source { get; init; }

    /// <summary>Source as declared: claim, image reference, or hub:repository@revision.</summary>
    public string Reference { get; init; } = "";

    /// <summary>Commit that the revision resolved to; absent unless the source is a hub.</summary>
    public string? Revision { get; init; }

    /// <summary>Digest that the reference resolved to; absent unless the source is an image.</summary>
    public string? Digest { get; init; }

    /// <summary>Size of the weights, in bytes; absent while unknown.</summary>
    public long? SizeBytes { get; init; }

    /// <summary>Kind of model, as its config.json calls it; absent unless the source is a hub.</summary>
    public string? ModelType { get; init; }

    /// <summary>When the source was last asked (UTC).</summary>
    public DateTime? CheckedAt { get; init; }

    /// <summary>Claim that holds them; absent when each pod has a volume of its own.</summary>
    public string? Claim { get; init; }

    /// <summary>How they come into the pods.</summary>
    public WireEnum<ModelDelivery> Delivery { get; init; }

    /// <summary>How far the Job that fetches them is; absent where there is none.</summary>
    public ModelFetchStatus? Fetch { get; init; }
}
