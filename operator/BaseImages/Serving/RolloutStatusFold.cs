using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Serving.Workloads;
using GemmaOperator.Cluster;

namespace GemmaOperator.BaseImages.Serving;

/// <summary>
/// What the status says of the workload: what serves, how far something newer has come, and what is given up.
/// </summary>
internal static class RolloutStatusFold
{
    private const int RejectedLimit = 10;

    public static GemmaBaseImageStatus Fold(GemmaBaseImageStatus status, ImageSnapshot s, RolloutDecision rollout)
    {
        if (s.Workload.Deployment is not { } deployment)
        {
            return status with { Rollout = null };
        }

        var serve = rollout as RolloutDecision.Serve;
        var now = new RolloutStatus
        {
            Stage = serve?.Proof is RolloutProof.Soaking or RolloutProof.Faltering or RolloutProof.Waiting
                ? serve.Proof.GetType().Name
                : s.Workload.Progress.ToString(),
            PrePull = serve?.Pull is { } pull
                ? new PrePullStatus { Digest = pull.Image.Digest, StartTime = pull.Since }
                : null,
            UpdatedReplicas = deployment.Status?.UpdatedReplicas ?? 0,
            ReadyReplicas = deployment.Status?.ReadyReplicas ?? 0,
            UnscheduledSince = Availability.Of(s.Workload) is { Reason: ImageReason.Available.WaitingForGpu }
                ? s.Status.Rollout?.UnscheduledSince ?? Conditions.WholeSeconds(s.Now)
                : null,
            LastFailure = serve is { IsRollback: true } ? s.Status.Rollout?.LastFailure : null,
        };
        status = status with
        {
            Rollout = now,
            RejectedSettings = serve is null ? status.RejectedSettings : serve.Rejected,
        };
        return serve is { Proof: { } proof } ? WithProof(status, s, serve, proof) : status;
    }

    private static GemmaBaseImageStatus WithProof(
        GemmaBaseImageStatus status,
        ImageSnapshot s,
        RolloutDecision.Serve serve,
        RolloutProof proof
    )
    {
        var now = status.Rollout! with { Digest = serve.Target.Digest, Settings = serve.Template.Settings };
        // What was found out about an image stays true while its pods come and go.
        var tested =
            s.Status.Rollout is { } before && before.Digest == now.Digest && before.Settings == now.Settings
                ? before.SmokeTest
                : null;
        return proof switch
        {
            RolloutProof.Soaking soaking => status with
            {
                Rollout = now with
                {
                    SoakStartTime = soaking.Since,
                    SmokeTest =
                        s.Spec.Rollout.SmokeTest.Enabled && soaking.Test is SmokeTest.Passed
                            ? new SmokeTestStatus { Result = SmokeTestResult.Passed }
                            : tested,
                },
            },
            RolloutProof.Faltering faltering => status with
            {
                Rollout = now with { UnhealthySince = faltering.Since, SmokeTest = tested },
            },
            RolloutProof.Waiting waiting => status with
            {
                Rollout = now with { UnhealthySince = waiting.Since, SmokeTest = tested },
            },
            RolloutProof.Proven => Proven(status, s, serve),
            RolloutProof.Failed failed when Rejecting(status, s, serve, failed) is { } rejected => rejected,
            // Nothing to go back to: it stays, and isn't asked again.
            RolloutProof.Failed { Test: SmokeTest.Failed asked } => status with
            {
                Rollout = now with
                {
                    SmokeTest = new SmokeTestStatus { Result = SmokeTestResult.Failed, Message = asked.Why },
                },
            },
            _ => status,
        };
    }

    private static GemmaBaseImageStatus Proven(
        GemmaBaseImageStatus status,
        ImageSnapshot s,
        RolloutDecision.Serve serve
    )
    {
        // Without pods nothing is proved.
        var proved =
            s.Workload.Deployment!.Spec.Replicas == 0 ? status : status with { ServingTemplate = serve.Template.Text };
        return status.ServingImage?.Digest == serve.Target.Digest
            ? proved
            : proved with
            {
                ServingImage = serve.Target,
                PreviousImage = status.ServingImage ?? status.PreviousImage,
            };
    }

    /// <summary>
    /// What is given up: the image, the settings, or, where both are new, the two together. Null when nothing is: there
    /// must be a proven pair to go back to, and a person's pin is never overridden.
    /// </summary>
    private static GemmaBaseImageStatus? Rejecting(
        GemmaBaseImageStatus status,
        ImageSnapshot s,
        RolloutDecision.Serve serve,
        RolloutProof.Failed failed
    )
    {
        if (!s.Spec.Rollout.Rollback.Automatic || status.ServingImage is not { } good || failed.Blame == Blame.Nobody)
        {
            return null;
        }

        var (target, isNew) = (serve.Target, good.Digest != serve.Target.Digest);
        if (failed.Blame == Blame.Settings)
        {
            return Without(image: null);
        }

        if (isNew && s.Spec.Rollout.PinnedBuild.Length > 0)
        {
            return null;
        }

        return serve.HasNewSettings ? Without(target.Digest)
            : isNew && status.RejectedDigests?.Contains(target.Digest, StringComparer.Ordinal) != true
                ? status with
                {
                    RejectedDigests = [.. (status.RejectedDigests ?? []).Append(target.Digest).TakeLast(RejectedLimit)],
                    Rollout = status.Rollout! with { LastFailure = $"{target.Reference}: {failed.Why}" },
                }
            : null;

        GemmaBaseImageStatus Without(string? image) =>
            status with
            {
                RejectedSettings = new RejectedSettings
                {
                    Hash = serve.Template.Settings,
                    Digest = image,
                    Message = $"{target.Reference} failed with these settings ({failed.Why})",
                    Time = Conditions.WholeSeconds(s.Now),
                },
            };
    }
}
