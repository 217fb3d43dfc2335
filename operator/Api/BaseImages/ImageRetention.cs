using System.ComponentModel.DataAnnotations;

namespace GemmaOperator.Api.BaseImages;

/// <summary>What happens to images in the registry.</summary>
internal sealed record ImageRetention
{
    /// <summary>Orphan leaves them; Delete removes what no object uses.</summary>
    [AllowedValues("Orphan", "Delete")]
    public string Policy { get; init; } = "Orphan";

    /// <summary>Images kept under policy Delete.</summary>
    public int Keep { get; init; } = 5;
}
