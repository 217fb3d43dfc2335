using GemmaOperator.Api.Words;

namespace GemmaOperator.Api.BaseImages;

/// <summary>What happens to images in the registry.</summary>
internal sealed record ImageRetention
{
    /// <summary>Orphan leaves them; Delete removes what no object uses.</summary>
    public WireEnum<ImageRetentionPolicy> Policy { get; init; } = ImageRetentionPolicy.Orphan;

    /// <summary>Images kept under policy Delete.</summary>
    public int Keep { get; init; } = 5;
}
