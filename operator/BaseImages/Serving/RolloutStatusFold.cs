using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Cluster;

namespace GemmaOperator.BaseImages.Serving;

/// <summary>
/// Folds what the status says of the workload: what serves, how far something newer has come, and what is given up.
/// </summary>
internal static class RolloutStatusFold
{
    private const int RejectedLimit = 10;

    public static GemmaBaseImageStatus Fold(
        GemmaBaseImageStatus status,
        ImageSnapshot s,
        RolloutDecision rollout,
        WrittenWorkload written
    )
    {
        status = ProvenTemplate.Mend(status, s);
        if (s.Workload.Deployment is not { } deployment)
        {
            return status with { Rollout = WithoutDeployment(s, rollout, written), Replicas = null, Selector = null };
        }

        var serve = rollout as RolloutDecision.Serve;
        var now = Conditions.WholeSeconds(s.Now);
        var available = Availability.Judge(s.Workload);
        var waits = available is { Reason: ImageReason.Available.WaitingForGpu };
        var progress = new RolloutStatus
        {
            Stage = serve?.Proof?.Stage ?? s.Workload.Progress.Stage,
            PrePull = serve?.Pull is { } pull
                ? new PrePullStatus
                {
                    Digest = pull.Image.Digest,
                    StartTime = pull.Since,
                    Done = pull.Done.Count > 0 ? pull.Done : null,
                }
                : null,
            UpdatedReplicas = deployment.Status?.UpdatedReplicas ?? 0,
            ReadyReplicas = deployment.Status?.ReadyReplicas ?? 0,
            UnscheduledSince = waits ? s.Status.Rollout?.UnscheduledSince ?? now : null,
            SucceedsSince =
                available?.AwaitsPredecessor == true ? s.Status.Rollout?.SucceedsSince ?? now
                : waits ? s.Status.Rollout?.SucceedsSince
                : null,
            SingleNodeClaim =
                s.Spec.Rollout.Strategy == RolloutStrategy.Surge && serve is not null
                    ? SingleNodeClaim.Find(s, serve.Template)
                    : s.Status.Rollout?.SingleNodeClaim,
            LastFailure = serve is { IsRollback: true } ? s.Status.Rollout?.LastFailure : null,
        };
        status = status with
        {
            Rollout = AdmissionFold.Fold(progress, s, rollout, written),
            Replicas = deployment.Status?.Replicas ?? 0,
            Selector = WorkloadMetadata.SelectorText(s.Image),
            RejectedSettings = serve is null
                ? status.RejectedSettings
                : serve.Rejected ?? serve.Settings.GivenUpRendering,
        };
        return serve is { Proof: { } proof } ? proof.Choose(new ProofFold(status, s, serve)) : status;
    }

    /// <summary>The Deployment that was just made is seen next time; what admission made of it is known now.</summary>
    private static RolloutStatus? WithoutDeployment(
        ImageSnapshot s,
        RolloutDecision rollout,
        WrittenWorkload written
    ) =>
        AdmissionFold.Fold(new RolloutStatus { Stage = RolloutStage.Unobserved }, s, rollout, written)
            is { Rewritten: not null } known
            ? known
            : null;

    private static GemmaBaseImageStatus Proven(
        GemmaBaseImageStatus status,
        ImageSnapshot s,
        RolloutDecision.Serve serve
    )
    {
        // Without pods nothing is proved.
        var proved =
            s.Workload.Deployment!.Spec.Replicas == 0
                ? status
                : ProvenTemplate.Keep(status, serve.Template) with
                {
                    // With the settings before, what the spec asks for now isn't what proved itself.
                    ServingSettings =
                        serve.Rejected is null && serve.Settings.Asked is { } asked ? asked : status.ServingSettings,
                };
        return status.ServingImage?.Digest == serve.Target.Digest
            ? proved
            : proved with
            {
                ServingImage = serve.Target,
                PreviousImage = status.ServingImage ?? status.PreviousImage,
            };
    }

    /// <summary>
    /// Returns what is given up: the image, the settings, or, where both are new, the two together. Null when nothing
    /// is: there must be a proven pair to go back to, and a person's pin is never overridden.
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

        if (isNew && s.Pin is not null)
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

    /// <summary>Folds each proof into the status.</summary>
    private sealed class ProofFold(GemmaBaseImageStatus status, ImageSnapshot s, RolloutDecision.Serve serve)
        : RolloutProof.ICases<GemmaBaseImageStatus>
    {
        private RolloutStatus Now =>
            status.Rollout! with
            {
                Digest = serve.Target.Digest,
                Settings = serve.Template.Settings,
            };

        /// <summary>Gets what was found out about the image: it stays true while its pods come and go.</summary>
        private SmokeTestStatus? Tested =>
            s.Status.Rollout is { } before
            && before.Digest == serve.Target.Digest
            && before.Settings == serve.Template.Settings
                ? before.SmokeTest
                : null;

        public GemmaBaseImageStatus OnStarting(RolloutProof.Starting proof) => status;

        public GemmaBaseImageStatus OnSoaking(RolloutProof.Soaking proof) =>
            status with
            {
                Rollout = Now with
                {
                    SoakStartTime = proof.Since,
                    SmokeTest =
                        s.Spec.Rollout.SmokeTest.Enabled && proof.Test is SmokeTest.Passed
                            ? new SmokeTestStatus { Result = SmokeTestResult.Passed }
                            : Tested,
                },
            };

        public GemmaBaseImageStatus OnFaltering(RolloutProof.Faltering proof) => Unhealthy(proof.Since);

        public GemmaBaseImageStatus OnWaiting(RolloutProof.Waiting proof) => Unhealthy(proof.Since);

        public GemmaBaseImageStatus OnProven(RolloutProof.Proven proof) => Proven(status, s, serve);

        public GemmaBaseImageStatus OnFailed(RolloutProof.Failed proof)
        {
            if (Rejecting(status, s, serve, proof) is { } rejected)
            {
                return rejected;
            }

            // Nothing to go back to: it stays, and isn't asked again.
            return proof.Test is SmokeTest.Failed asked
                ? status with
                {
                    Rollout = Now with
                    {
                        SmokeTest = new SmokeTestStatus { Result = SmokeTestResult.Failed, Message = asked.Why },
                    },
                }
                : status;
        }

        private GemmaBaseImageStatus Unhealthy(DateTime since) =>
            status with
            {
                Rollout = Now with { UnhealthySince = since, SmokeTest = Tested },
            };
    }
}
