using GemmaOperator.Api.Updates;
using GemmaOperator.Api.Words;

namespace GemmaOperator.Api.Probes;

/// <summary>Describes a question that isn't answered yet.</summary>
internal sealed record PackagesAsking
{
    /// <summary>Name of the Job that asks.</summary>
    public string Job { get; init; } = "";

    /// <summary>GemmaBuild whose published image is asked.</summary>
    public string Build { get; init; } = "";

    /// <summary>Tick of the schedule that it is asked for (UTC); absent between ticks.</summary>
    public DateTime? Tick { get; init; }

    /// <summary>Which updates of the operating system are asked about.</summary>
    public WireEnum<SystemUpdatePolicy> Policy { get; init; }

    /// <summary>Since when (UTC).</summary>
    public DateTime? Since { get; init; }

    /// <summary>Platform whose image is asked, of several; absent for an image for one.</summary>
    public WireEnum<Platform>? Platform { get; init; }

    /// <summary>What the platforms before it have answered; absent while none has.</summary>
    public IReadOnlyList<PlatformPackages>? Told { get; init; }
}
