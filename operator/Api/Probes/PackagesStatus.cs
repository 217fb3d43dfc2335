namespace GemmaOperator.Api.Probes;

/// <summary>Says what is known of packages that a build would bring.</summary>
internal sealed record PackagesStatus
{
    /// <summary>Number of the newest question.</summary>
    public long Number { get; init; }

    /// <summary>Newest tick of the schedule (UTC) that needed no build, since the answer was empty.</summary>
    public DateTime? ServedTick { get; init; }

    /// <summary>The question that isn't answered yet; absent when there is none.</summary>
    public PackagesAsking? Asking { get; init; }

    /// <summary>The newest answer.</summary>
    public PackagesAnswer? Answer { get; init; }
}
