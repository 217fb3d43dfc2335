using System.ComponentModel.DataAnnotations;

namespace GemmaOperator.Api.Engines;

/// <summary>Describes the first request to a new image of a server.</summary>
internal sealed record CustomSmokeTestSpec
{
    /// <summary>Where it goes.</summary>
    [Required]
    public string Path { get; init; } = "";

    /// <summary>JSON that is posted; empty means a GET.</summary>
    public string Body { get; init; } = "";

    /// <summary>Status of the right answer.</summary>
    public int Status { get; init; } = 200;
}
