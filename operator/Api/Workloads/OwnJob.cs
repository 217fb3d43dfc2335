using System.ComponentModel.DataAnnotations;

namespace GemmaOperator.Api.Workloads;

/// <summary>Names a Job that the operator made beside a workload.</summary>
internal sealed record OwnJob
{
    /// <summary>Its name.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>Uid that the API server gave it: another one of its name isn't believed.</summary>
    [Required]
    public string Uid { get; init; } = "";

    /// <summary>When it was made (UTC); null in a status that an older operator wrote.</summary>
    public DateTime? Time { get; init; }
}
