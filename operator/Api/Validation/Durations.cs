using GemmaOperator.Api.Words;
using GemmaOperator.Text;

namespace GemmaOperator.Api.Validation;

/// <summary>States the bounds of every duration in a spec, as the schema's CEL rules do.</summary>
internal static class Durations
{
    /// <param name="Path">The field.</param>
    /// <param name="Least">Smallest value.</param>
    /// <param name="Most">Largest value.</param>
    /// <param name="Reason">Reason of the Stalled condition.</param>
    internal sealed record Bound(
        string Path,
        WireDuration Least,
        WireDuration Most,
        string Reason = ImageReason.Stalled.InvalidSpec
    );

    public static readonly Bound PollInterval = new("spec.triggers.baseDigest.interval", "5m", "720h");
    public static readonly Bound ModelPollInterval = new("spec.triggers.model.interval", "5m", "720h");
    public static readonly Bound PackagesInterval = new("spec.triggers.packages.interval", "1h", "720h");
    public static readonly Bound PackagesMaxAge = new("spec.triggers.packages.maxAge", "24h", "8760h");
    public static readonly Bound ScanInterval = new("spec.triggers.vulnerabilities.interval", "1h", "720h");
    public static readonly Bound SlaCritical = new("spec.sla.critical", "1h", "8760h");
    public static readonly Bound SlaHigh = new("spec.sla.high", "1h", "8760h");
    public static readonly Bound SlaMedium = new("spec.sla.medium", "1h", "8760h");
    public static readonly Bound SlaLow = new("spec.sla.low", "1h", "8760h");
    public static readonly Bound FullRebuildInterval = new("spec.patching.fullRebuildInterval", "24h", "8760h");
    public static readonly Bound MinAge = new("spec.requirements.minAge", "1h", "8760h");
    public static readonly Bound MinInterval = new("spec.triggers.minInterval", "0s", "168h");
    public static readonly Bound BuildTimeout = new("spec.build.timeout", "1m", "24h");
    public static readonly Bound CacheTtl = new("spec.build.cache.ttl", "1h", "8760h");
    public static readonly Bound PullTestTimeout = new("spec.verification.pullTest.timeout", "1m", "24h");

    public static readonly Bound WindowDuration = new(
        "spec.rollout.window.duration",
        "5m",
        "168h",
        ImageReason.Stalled.InvalidSchedule
    );

    public static readonly Bound StartupTimeout = new("spec.rollout.server.startupTimeout", "1m", "24h");
    public static readonly Bound PrePullTimeout = new("spec.rollout.prePull.timeout", "1m", "24h");
    public static readonly Bound SmokeTestTimeout = new("spec.rollout.smokeTest.timeout", "10s", "1h");
    public static readonly Bound ProgressDeadline = new("spec.rollout.progressDeadline", "1m", "48h");
    public static readonly Bound RouteTimeout = new("spec.rollout.route.timeout", "1s", "24h");
    public static readonly Bound SoakTime = new("spec.rollout.rollback.soakTime", "0s", "168h");

    /// <summary>Every bound, for the test that compares them with the schema.</summary>
    public static IReadOnlyList<Bound> All { get; } =
    [
        PollInterval,
        ModelPollInterval,
        PackagesInterval,
        PackagesMaxAge,
        ScanInterval,
        SlaCritical,
        SlaHigh,
        SlaMedium,
        SlaLow,
        FullRebuildInterval,
        MinAge,
        MinInterval,
        BuildTimeout,
        CacheTtl,
        PullTestTimeout,
        WindowDuration,
        StartupTimeout,
        PrePullTimeout,
        SmokeTestTimeout,
        ProgressDeadline,
        SoakTime,
        RouteTimeout,
    ];

    /// <summary>Reads a duration and reports one that is malformed or out of bounds; null then.</summary>
    public static TimeSpan? Check(Bound bound, WireDuration given, Findings findings)
    {
        if (given.Value is not { } duration)
        {
            findings.Add(
                bound.Path,
                $"{Quoted.Of(given.Text)} isn't a duration",
                "write hours, minutes and seconds as in 90m or 1h30m",
                bound.Reason
            );
            return null;
        }

        if (duration >= bound.Least.Span && duration <= bound.Most.Span)
        {
            return duration;
        }

        findings.Add(
            bound.Path,
            $"{given} is out of range",
            $"choose a value between {bound.Least} and {bound.Most}",
            bound.Reason
        );
        return null;
    }
}
