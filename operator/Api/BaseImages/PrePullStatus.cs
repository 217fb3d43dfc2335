namespace GemmaOperator.Api.BaseImages;

/// <summary>Describes a new image on its way to the nodes.</summary>
internal sealed record PrePullStatus
{
    /// <summary>The new image.</summary>
    public string Digest { get; init; } = "";

    /// <summary>Since when it is pulled (UTC).</summary>
    public DateTime? StartTime { get; init; }

    /// <summary>Nodes that have it, or can't have it: nothing is pulled there any more.</summary>
    public IReadOnlyList<string>? Done { get; init; }
}
