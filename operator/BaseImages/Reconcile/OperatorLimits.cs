using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Engines;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.Builds.Inputs;

namespace GemmaOperator.BaseImages.Reconcile;

/// <summary>Decides what of a spec that is well written this operator can't carry out.</summary>
internal static class OperatorLimits
{
    /// <summary>Returns null where there is nothing.</summary>
    /// <param name="spec">Spec.</param>
    /// <param name="content">What it says.</param>
    /// <param name="canScan">Whether candidates can be scanned.</param>
    /// <param name="hasServer">Whether there is a server image, the spec's or the operator's.</param>
    public static BuildRequest.Refused? Refusal(
        GemmaBaseImageSpec spec,
        ParsedSpec content,
        bool canScan,
        bool hasServer
    )
    {
        if (IsolationCheck.Of(spec, canScan) is { } problem)
        {
            return new BuildRequest.Refused(ImageReason.Stalled.InvalidSpec, problem);
        }

        if (spec.Verification.Scan.Enabled && !canScan)
        {
            return new BuildRequest.Refused(
                ImageReason.Stalled.InvalidSpec,
                "spec.verification.scan.enabled: this operator runs without --operator-image, which reduces "
                    + "scanners' reports; start it with that (the chart does), or set this to false"
            );
        }

        if (spec.Triggers.Vulnerabilities is not null && !canScan)
        {
            return new BuildRequest.Refused(
                ImageReason.Stalled.InvalidSpec,
                "spec.triggers.vulnerabilities: this operator runs without --operator-image, which carries lists of "
                    + "packages to the scanner; start it with that (the chart does), or take this out"
            );
        }

        if (EngineCheck.Of(spec, content) is { } lacking)
        {
            return BuildRequest.Refused.Because([lacking]);
        }

        if (
            spec.Rollout.Mode == RolloutMode.Managed
            && spec.Rollout.Server.Engine == ServerEngine.Builtin
            && !hasServer
        )
        {
            return new BuildRequest.Refused(
                ImageReason.Stalled.InvalidSpec,
                "spec.rollout.server.image: it is empty and the operator has no default; name the server's layers "
                    + "image, give the operator one for all (--server-image, the chart's value serverImage), or set "
                    + "spec.rollout.mode to PublishOnly"
            );
        }

        return null;
    }
}
