using GemmaOperator.Api.Updates;
using GemmaOperator.Api.Words;

namespace GemmaOperator.Api.Probes;

/// <summary>Says when the published image is asked which packages a build would bring anew.</summary>
internal sealed record PackagesTrigger
{
    /// <summary>Time between questions, 1h to 720h.</summary>
    public WireDuration Interval { get; init; } = "24h";

    /// <summary>
    /// Which packages make a build due between the ticks of the schedule: all that a build would bring, those of the
    /// distribution's security suites, or none.
    /// </summary>
    public WireEnum<SystemUpdatePolicy> Policy { get; init; } = SystemUpdatePolicy.Security;

    /// <summary>Whether a tick of the schedule asks before it builds.</summary>
    public WireEnum<ScheduledBuild> Schedule { get; init; } = ScheduledBuild.Ask;

    /// <summary>Age of the newest good build from which a tick builds without asking.</summary>
    public WireDuration MaxAge { get; init; } = "720h";
}
