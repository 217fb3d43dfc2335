using System.ComponentModel.DataAnnotations;

namespace GemmaOperator.Api.BaseImages;

/// <summary>Describes the team's own Dockerfile; it is given BASE_IMAGE and CACHE_EPOCH as build arguments.</summary>
internal sealed record DockerfileSpec
{
    /// <summary>A ConfigMap that holds it; its key is <c>Dockerfile</c> unless given.</summary>
    [Required]
    public KeyReference ConfigMapRef { get; init; } = new();
}
