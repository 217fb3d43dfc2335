using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Contents;
using GemmaOperator.Api.Words;
using GemmaOperator.Api.Workloads;
using GemmaOperator.BaseImages.Adoption;
using GemmaOperator.BaseImages.Channels;
using GemmaOperator.BaseImages.Cost;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Notifications;
using GemmaOperator.BaseImages.Probe;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.BaseImages.Vulnerabilities;
using GemmaOperator.BaseImages.Weights;
using GemmaOperator.Builds.Steps.Assemble;
using GemmaOperator.Cluster;
using GemmaOperator.Notifications;
using GemmaOperator.Owners;
using k8s.Models;

namespace GemmaOperator.BaseImages.Status;

/// <summary>Folds the status of a GemmaBaseImage from what was observed and what came of the decisions.</summary>
internal static class ImageStatusFold
{
    private const int RecentBuildsLimit = 5;

    /// <summary>Says for how long the caches may lack a Job that was made.</summary>
    private static readonly TimeSpan CachePatience = TimeSpan.FromMinutes(5);

    public static GemmaBaseImageStatus Fold(
        ImageSnapshot s,
        ImageDecision decision,
        RolloutDecision rollout,
        ImageOutcome outcome
    )
    {
        // A build that was just created counts as observed: the API server has answered for it.
        var seen =
            outcome.Started is { } started && s.Builds.All(b => b.BuildName != started.BuildName)
                ? s with
                {
                    Builds = [started, .. s.Builds],
                }
                : s;
        var before = s.Status;
        // A build that was deleted while it ran is remembered until another one has taken over what it was for.
        var remembersLost =
            s.LostBuild is not null
            && outcome.Started is null
            && (s.Spec.Suspend || decision is not ImageDecision.Settled);
        var status = before with
        {
            ObservedGeneration = s.Image.Metadata.Generation,
            Inherited = s.Inherited.Told(),
            BuildCounter = Math.Max(before.BuildCounter, seen.LatestBuild?.Number ?? 0),
            LatestBuild = remembersLost ? before.LatestBuild : seen.LatestBuild?.BuildName ?? before.LatestBuild,
            InputsHash = seen.LatestAttempt?.Spec!.Resolved.AttemptHash ?? before.InputsHash,
            LatestImage = seen.LatestGoodBuild?.Status!.Promoted ?? before.LatestImage,
            Confirmed = ConfirmationOf(seen),
            Missing = MissingOf(s, decision, rollout),
            ResolvedBase = ResolvedBaseOf(seen, outcome),
            Base = ChannelPolicy.Fold(s.Channel, outcome.Channel, s.Now),
            ServerImage = ServerImageOf(s),
            Packages = PackagesFold.Fold(s, (decision as ImageDecision.AskPackages)?.Step, outcome.ProbeRefused),
            Model = ModelFetchFold.Fold(ModelStatusFold.Fold(s, outcome.Model), s, outcome),
            RecentBuilds =
                remembersLost || seen.Builds.Count == 0
                    ? before.RecentBuilds
                    : [.. seen.Builds.Take(RecentBuildsLimit).Select(LineOf)],
            LastHandledRequestAt = seen.LastHandledRequestAt,
            Plan = PlanRequest.Of(s.Image) is null ? null : outcome.Plan ?? before.Plan,
            LastScheduleTime = seen.LatestTick,
            ObservedSchedule = s.Schedule?.Observed,
            SuspendTime = s.Spec.Suspend ? before.SuspendTime ?? Conditions.WholeSeconds(s.Now) : null,
            ResumeTime = before.WasSuspended && !s.Spec.Suspend ? Conditions.WholeSeconds(s.Now) : before.ResumeTime,
            NextScheduleTime = s.Spec.Suspend ? null : s.Schedule?.NextTick,
            Jobs = JobsOf(s, outcome),
            Routing = RoutedRule.Made(s, outcome.Routing),
            NextBuild = outcome.Left?.Status!.NextBuild ?? before.NextBuild,
            Repositories = RepositoryClaims.Fold(
                s.Image,
                seen.LatestGoodBuild,
                mayTake: s.Inputs is BuildRequest.Known,
                Conditions.WholeSeconds(s.Now)
            ),
        };
        status = RolloutStatusFold.Fold(status, seen, rollout, outcome.Written) with { Cost = BuildCost.Fold(seen) };
        status = status with
        {
            Image = s.Spec.Rollout.Mode == RolloutMode.Managed ? status.ServingImage?.Tag : status.LatestImage?.Tag,
            Vulnerabilities = ScanFold.Fold(
                seen with
                {
                    Image = s.Image with { Status = status },
                },
                ScanPolicy.Judge(s),
                outcome.ScanFailure
            ),
            DeletionPolicy = OwnerPolicy.InForce(
                seen,
                outcome.Owners,
                outcome.Written.Objects.Any(o => o.Kind == V1Deployment.KubeKind)
            ),
            Held = HeldBack.Find(seen, rollout, status)?.Record(before.Held, s.Now),
        };
        status = status with
        {
            Notifications = Outbox.Settle(before.Notifications, s.Spec.Notifications, s.Deliveries, s.Now),
        };
        status = status with
        {
            Conditions = ImageConditions.Fold(new ConditionFacts(seen, status, decision, rollout, outcome)),
        };
        return status with
        {
            Notifications = Outbox.Add(
                status.Notifications,
                s.Image,
                ImageNews.Between(before, status, seen.Builds, s.Now),
                s.Now
            ),
        };
    }

    /// <summary>Speaks of what is published now: a newer image is its own confirmation.</summary>
    private static ConfirmedImage? ConfirmationOf(ImageSnapshot s) =>
        s.LatestGoodBuild is { IsUnchanged: true, Status: { } status } same
            ? new ConfirmedImage { Build = same.BuildName, Time = status.CompletionTime }
            : null;

    /// <summary>Keeps what the image that is asked for said of itself, since it is read before builds alone.</summary>
    private static ServerImageStatus? ServerImageOf(ImageSnapshot s) =>
        s.Inputs is not BuildRequest.Known known ? s.Status.ServerImage
        : known.Template.Application?.ServerImage is not { Length: > 0 } wanted ? null
        : s.ServerImage is { } read
            ? new ServerImageStatus
            {
                Reference = wanted,
                Libtorch =
                    read.Libtorch.Length <= ServerImageStatus.LongestLabel
                    && LibtorchRange.Parse(read.Libtorch) is not null
                        ? read.Libtorch
                        : null,
            }
        : s.Status.ServerImage?.Reference == wanted ? s.Status.ServerImage
        : null;

    /// <summary>Keeps since when it is missed, so that a restart doesn't begin the wait anew.</summary>
    private static MissingObject? MissingOf(ImageSnapshot s, ImageDecision decision, RolloutDecision rollout)
    {
        var before = s.Status.Missing;
        var missing =
            (s.Inputs as BuildRequest.Refused)?.Missing
            ?? ((decision as ImageDecision.Withhold)?.Hindrance as Hindrance.Missing)?.Object
            ?? ((rollout as RolloutDecision.Hold)?.Hindrance as Hindrance.Missing)?.Object;
        return missing is null ? null
            : missing.IsIn(before) ? before
            : new MissingObject
            {
                Field = missing.Field,
                Kind = missing.Kind,
                Name = missing.Name,
                Since = Conditions.WholeSeconds(s.Now),
            };
    }

    private static ResolvedBase? ResolvedBaseOf(ImageSnapshot s, ImageOutcome outcome)
    {
        if (outcome.Base is UpstreamBaseResolution.Resolved answer)
        {
            return new ResolvedBase
            {
                Reference = answer.Base.Text,
                Digest = answer.Digest.ToString(),
                CheckedAt = Conditions.WholeSeconds(answer.CheckedAt),
            };
        }

        // What can't be read is forgotten with what is of another base: it would be shown as if it were so.
        return s.KnownBase is null || (s.Inputs is BuildRequest.Known known && s.KnownBase.Base != known.Base)
            ? null
            : s.Status.ResolvedBase;
    }

    /// <summary>
    /// Notes the Jobs that are ours: those that were noted and are there, or were made so lately that the caches may
    /// not have them yet, and those that were made now. One that was forgotten then would run on, and be nobody's.
    /// </summary>
    private static IReadOnlyList<OwnJob>? JobsOf(ImageSnapshot s, ImageOutcome outcome)
    {
        var there = s.Workload.Jobs.Select(j => j.Metadata.Uid).ToHashSet(StringComparer.Ordinal);
        List<OwnJob> jobs =
        [
            .. (s.Status.Jobs ?? []).Where(j => there.Contains(j.Uid) || s.Now < j.Time + CachePatience),
            .. outcome.Made.Select(j => new OwnJob
            {
                Name = j.Metadata.Name,
                Uid = j.Metadata.Uid,
                Time = Conditions.WholeSeconds(s.Now),
            }),
        ];
        jobs = [.. jobs.DistinctBy(j => j.Uid, StringComparer.Ordinal).TakeLast(GemmaBaseImageStatus.MostJobs)];
        return jobs.Count > 0 ? jobs : null;
    }

    private static RecentBuild LineOf(GemmaBuild build) =>
        new()
        {
            Name = build.BuildName,
            Reasons = build.Spec!.Reasons,
            Result = build.IsFinished ? build.Succeeded!.Reason : RecentBuild.Running,
            StartTime = build.Status?.StartTime,
            DurationSeconds = build.Status is { StartTime: { } start, CompletionTime: { } end }
                ? (long)(end - start).TotalSeconds
                : null,
            Digest = build.Status?.Promoted?.Digest,
        };
}
