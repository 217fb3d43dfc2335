using System.ComponentModel.DataAnnotations;

namespace GemmaOperator.Api.Builds;

/// <summary>Describes the application image made on top of the base.</summary>
internal sealed record ApplicationTemplate
{
    /// <summary>The server's layers image.</summary>
    [Required]
    public string ServerImage { get; init; } = "";

    /// <summary>Where it goes.</summary>
    [Required]
    public string Repository { get; init; } = "";

    /// <summary>HTTP port.</summary>
    public int Port { get; init; } = 8080;
}
