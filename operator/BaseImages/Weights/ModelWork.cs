using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Models;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Cluster;
using k8s.Models;

namespace GemmaOperator.BaseImages.Weights;

/// <summary>Holds what is to be done about the weights' claims and the Jobs that fetch into them.</summary>
/// <param name="Claim">To create; null when it is there.</param>
/// <param name="Job">To create; null when none is due.</param>
/// <param name="Arrived">Whose claim is to say that all is there; null when none is.</param>
/// <param name="OldClaims">To delete: nothing serves from them and nothing goes back to them.</param>
/// <param name="OldJobs">To delete: they fetch what nobody asks for any more, or filled a claim that is gone.</param>
/// <param name="Reowned">Claims that are to stay when the object goes, or to go with it: the spec says so now.</param>
internal sealed record ModelWork(
    V1PersistentVolumeClaim? Claim,
    V1Job? Job,
    FetchState.Arrived? Arrived,
    IReadOnlyList<V1PersistentVolumeClaim> OldClaims,
    IReadOnlyList<V1Job> OldJobs,
    IReadOnlyList<V1PersistentVolumeClaim> Reowned
)
{
    private static readonly V1Job[] NoJobs = [];

    /// <summary>Decides what is due.</summary>
    /// <param name="s">All facts.</param>
    /// <param name="target">Application image to fetch with; null while there is none.</param>
    /// <param name="kept">Pod templates that serve, or that a rollout may go back to.</param>
    public static ModelWork? Decide(ImageSnapshot s, ImageStatus? target, IReadOnlyList<ServingTemplate> kept)
    {
        if (s.Image.Metadata.DeletionTimestamp is not null || s.Spec.Rollout.Mode != RolloutMode.Managed)
        {
            return null;
        }

        // A spec that isn't understood asks for no weights: what it asked for before isn't thrown away for that.
        var isUnderstood = s.Inputs is not BuildRequest.Refused { LeavesServing: false };
        var state = FetchPolicy.Judge(s);
        if (!isUnderstood || state is FetchState.Unresolved)
        {
            return null;
        }

        var (claim, job) = target is null ? default : Due(s, state, target);
        var wanted = WantedClaim(s);
        var old = OldClaimsOf(s, wanted, kept);
        var work = new ModelWork(
            claim,
            job,
            state as FetchState.Arrived,
            old,
            [
                .. OldJobsOf(s, state, wanted, old),
                .. state is FetchState.Due { Outlived: { } outlived } ? [outlived] : NoJobs,
            ],
            ReownedOf(s, old)
        );
        return work is { Claim: null, Job: null, Arrived: null, OldClaims.Count: 0, OldJobs.Count: 0, Reowned.Count: 0 }
            ? null
            : work;
    }

    /// <summary>
    /// Returns the claim to make, and the Job that fills it. A claim may be deleted while its Job's pod still waits for
    /// it; a name is free again when the claim before has gone.
    /// </summary>
    private static (V1PersistentVolumeClaim? Claim, V1Job? Job) Due(
        ImageSnapshot s,
        FetchState state,
        ImageStatus target
    )
    {
        if (
            state is not (FetchState.Due or FetchState.Running)
            || s.Inputs is not BuildRequest.Known
            || s.Spec.Suspend
            || s is not { Model: DeclaredModel.OnHub hub, KnownModel: { Commit: { } commit } known }
            || FetchPolicy.LeavingClaim(s) is not null
        )
        {
            return default;
        }

        var there = ModelMountPolicy.ClaimOf(s, hub, commit);
        var job = state is FetchState.Due { Outlived: null } due
            ? FetchJob.Render(s.Image, hub, commit, target.Reference, due.Attempt)
            : null;
        return there is null
            ? (ModelClaim.Render(s.Image, hub, commit, known.ToString()), job)
            : (null, job?.Filling(there));
    }

    /// <summary>Returns the name of the claim that the spec asks for, whoever made it; null without one.</summary>
    private static string? WantedClaim(ImageSnapshot s) =>
        s.Model switch
        {
            DeclaredModel.InClaim own => own.Claim,
            DeclaredModel.OnHub { Storage: not null } hub when s.KnownModel?.Commit is { } commit => ModelClaim.NameOf(
                s.Image,
                hub,
                commit
            ),
            _ => null,
        };

    private static IReadOnlyList<V1PersistentVolumeClaim> ReownedOf(
        ImageSnapshot s,
        IReadOnlyList<V1PersistentVolumeClaim> old
    ) =>
        // What is to stay is let go with what serves, whatever is known of the weights.
        s.Spec.LeavesWorkload || s.Model is not DeclaredModel.OnHub { Storage: { } storage }
            ? []
            :
            [
                .. s.Weights.Claims.Where(c =>
                    c.MadeFor == s.Image.Metadata.Uid
                    && c.Metadata.DeletionTimestamp is null
                    && !old.Contains(c)
                    && c.Metadata.OwnerReferences is { Count: > 0 } == storage.Retain
                ),
            ];

    private static IReadOnlyList<V1PersistentVolumeClaim> OldClaimsOf(
        ImageSnapshot s,
        string? wanted,
        IReadOnlyList<ServingTemplate> kept
    )
    {
        var mounted = ModelVolume.ClaimOf(s.Workload.Deployment);
        return
        [
            .. s.Weights.Claims.Where(c =>
                c.MadeFor == s.Image.Metadata.Uid
                && c.Metadata.DeletionTimestamp is null
                && c.Metadata.Name != wanted
                && c.Metadata.Name != mounted
                && kept.All(template => template.Claim != c.Metadata.Name)
            ),
        ];
    }

    /// <summary>
    /// A claim stays for as long as a pod mounts it, be it one that has ended: the Job that filled it goes with it. One
    /// that others hold open goes as soon as what it said is noted.
    /// </summary>
    private static IReadOnlyList<V1Job> OldJobsOf(
        ImageSnapshot s,
        FetchState state,
        string? wanted,
        IReadOnlyList<V1PersistentVolumeClaim> oldClaims
    ) =>
        [
            .. s.Workload.Jobs.Where(j =>
                j.Metadata.DeletionTimestamp is null
                && j.Metadata.Labels is { } labels
                && labels.TryGetValue(WorkloadMetadata.NameLabel, out var role)
                && role == SideJob.RoleLabel(FetchJob.Role)
                && ClaimOf(j) is var claim
                && (
                    j.IsFinished
                        ? oldClaims.Any(c => c.Metadata.Name == claim)
                        : claim != wanted || (IsNoted(state, j) && FetchPolicy.IsHeldOpen(s, j))
                )
            ),
        ];

    private static bool IsNoted(FetchState state, V1Job job) =>
        state switch
        {
            FetchState.Running running => running.Job.Metadata.Name != job.Metadata.Name,
            FetchState.Failed failed => failed.Job.Metadata.Name != job.Metadata.Name,
            FetchState.Arrived => false,
            _ => true,
        };

    private static string? ClaimOf(V1Job job) =>
        job
            .Spec.Template.Spec.Volumes?.FirstOrDefault(v => v.Name == ModelVolume.Name)
            ?.PersistentVolumeClaim?.ClaimName;
}
