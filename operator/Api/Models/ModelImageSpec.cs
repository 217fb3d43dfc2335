using System.ComponentModel.DataAnnotations;
using GemmaOperator.Api.Builds;

namespace GemmaOperator.Api.Models;

/// <summary>Names an OCI image or artefact that holds the weights.</summary>
internal sealed record ModelImageSpec
{
    /// <summary>Reference, by tag or digest.</summary>
    [Required]
    public string Reference { get; init; } = "";

    /// <summary>Directory of the weights within the image; empty means its root.</summary>
    public string SubPath { get; init; } = "";

    /// <summary>Secret of type kubernetes.io/dockerconfigjson for pulling it.</summary>
    public LocalReference? PullSecretRef { get; init; }
}
