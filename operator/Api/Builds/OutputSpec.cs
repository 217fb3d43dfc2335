using System.ComponentModel.DataAnnotations;

namespace GemmaOperator.Api.Builds;

/// <summary>Says where the image goes.</summary>
internal sealed record OutputSpec
{
    /// <summary>Repository without tag or digest; immutable.</summary>
    [Required]
    public string Repository { get; init; } = "";

    /// <summary>Tags that move to an image once it is good.</summary>
    public IReadOnlyList<string> AliasTags { get; init; } = ["latest"];

    /// <summary>How the registry is asked for permission.</summary>
    public CredentialsSpec Credentials { get; init; } = new();

    /// <summary>Plain HTTP, for local registries.</summary>
    public bool Insecure { get; init; }
}
