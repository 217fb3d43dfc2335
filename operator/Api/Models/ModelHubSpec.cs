using System.ComponentModel.DataAnnotations;

namespace GemmaOperator.Api.Models;

/// <summary>Names a repository of a Hugging Face hub that holds the weights.</summary>
internal sealed record ModelHubSpec
{
    /// <summary>Repository, as in google/gemma-3-1b-it.</summary>
    [Required]
    public string Repository { get; init; } = "";

    /// <summary>Branch, tag or commit.</summary>
    public string Revision { get; init; } = "main";

    /// <summary>Address of the hub; empty means the operator's.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>Whether the endpoint may be plain HTTP.</summary>
    public bool Insecure { get; init; }

    /// <summary>Secret with an access token; null means none.</summary>
    public SecretKeyReference? TokenSecretRef { get; init; }

    /// <summary>Globs of files to fetch besides those that the server reads.</summary>
    public IReadOnlyList<string> Include { get; init; } = [];

    /// <summary>Claim to fetch into, once per revision; null means that each pod fetches into its own volume.</summary>
    public ModelStorageSpec? Storage { get; init; }
}
