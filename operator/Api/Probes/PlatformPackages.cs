using System.ComponentModel.DataAnnotations;
using GemmaOperator.Api.Contents;
using GemmaOperator.Api.Words;

namespace GemmaOperator.Api.Probes;

/// <summary>Holds what one platform's image answered, while another one is still to be asked.</summary>
internal sealed record PlatformPackages
{
    /// <summary>Platform of the image.</summary>
    [Required]
    public WireEnum<Platform> Platform { get; init; } = Words.Platform.LinuxAmd64;

    /// <summary>Packages that a build would bring.</summary>
    public int Count { get; init; }

    /// <summary>Fingerprint of the whole list; absent for an empty one.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>The most important of them, at most 20.</summary>
    public IReadOnlyList<PackageChange> Changes { get; init; } = [];
}
