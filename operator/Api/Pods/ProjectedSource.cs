using System.ComponentModel.DataAnnotations;

namespace GemmaOperator.Api.Pods;

/// <summary>Describes several sources in one directory. Tokens of accounts are none of them.</summary>
internal sealed record ProjectedSource
{
    /// <summary>What is in it.</summary>
    [Required]
    public IReadOnlyList<ProjectedPart> Sources { get; init; } = [];

    /// <summary>Mode of the files; null means 0644.</summary>
    public int? DefaultMode { get; init; }
}
