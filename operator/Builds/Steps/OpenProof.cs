using GemmaOperator.Api.Builds;

namespace GemmaOperator.Builds.Steps;

/// <summary>Tells what a candidate has still to prove.</summary>
internal static class OpenProof
{
    /// <summary>Decides whether something asked for isn't proved yet.</summary>
    public static bool IsOpen(BuildTemplate template, GemmaBuildStatus status) =>
        MustLook(template, status) || MustRun(template, status) || MustScan(template, status);

    /// <summary>Decides whether its config is to be looked at.</summary>
    public static bool MustLook(BuildTemplate template, GemmaBuildStatus status) =>
        template.Verification is not null && status.Verification is null;

    /// <summary>Decides whether it is to be run.</summary>
    public static bool MustRun(BuildTemplate template, GemmaBuildStatus status) =>
        template.Verification is { PullTest.Enabled: true } && status.Verification is { Uid: null };

    /// <summary>Decides whether it is to be scanned.</summary>
    public static bool MustScan(BuildTemplate template, GemmaBuildStatus status) =>
        template.Verification is { Scan: not null } && status.Verification is { Scan: null };
}
