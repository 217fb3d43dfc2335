using GemmaOperator.Api.Contents;
using GemmaOperator.Api.Updates;
using GemmaOperator.Api.Words;

namespace GemmaOperator.Api.Probes;

/// <summary>Holds what an image last answered, in short.</summary>
internal sealed record PackagesAnswer
{
    /// <summary>GemmaBuild whose published image was asked.</summary>
    public string Build { get; init; } = "";

    /// <summary>Tick of the schedule that it was asked for (UTC); absent between ticks.</summary>
    public DateTime? Tick { get; init; }

    /// <summary>Which updates of the operating system were asked about.</summary>
    public WireEnum<SystemUpdatePolicy> Policy { get; init; }

    /// <summary>When it was asked (UTC).</summary>
    public DateTime? Asked { get; init; }

    /// <summary>When it answered, or was given up (UTC).</summary>
    public DateTime? Time { get; init; }

    /// <summary>NothingToUpdate, UpdatesAvailable or Failed.</summary>
    public WireEnum<PackagesResult> Result { get; init; }

    /// <summary>Word for why it failed; absent otherwise.</summary>
    public string? Reason { get; init; }

    /// <summary>Why it failed; absent otherwise.</summary>
    public string? Message { get; init; }

    /// <summary>Packages that a build would bring; of several platforms those of each.</summary>
    public int Count { get; init; }

    /// <summary>Fingerprint of the whole list: equal lists have equal ones; absent for an empty one.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>The most important of them, at most 20.</summary>
    public IReadOnlyList<PackageChange> Changes { get; init; } = [];
}
