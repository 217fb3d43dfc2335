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
/// <param name="OldJobs">To delete: they fetch what nobody asks for any more, or filled a claim that goes.</param>
internal sealed record ModelWork(
    V1PersistentVolumeClaim? Claim,
    V1Job? Job,
    FetchState.Arrived? Arrived,
    IReadOnlyList<V1PersistentVolumeClaim> OldClaims,
    IReadOnlyList<V1Job> OldJobs
)
{
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
        var isUnderstood = s.Inputs is not BuildRequest.Refused { IsMissingObject: false };
        var state = FetchPolicy.Judge(s);
        var due = state is FetchState.Due && target is not null && !s.Spec.Suspend ? (FetchState.Due)state : null;
        var hub = s.Model as DeclaredModel.OnHub;
        var commit = s.KnownModel?.Commit;
        var wanted =
            hub is { Storage: not null } && commit is not null ? ModelClaim.NameOf(s.Image, hub, commit) : null;
        var mayDelete = isUnderstood && state is not FetchState.Unresolved;
        var oldClaims = mayDelete ? OldClaimsOf(s, wanted, kept) : [];
        var work = new ModelWork(
            due is not null && s.Weights.Claims.All(c => c.Metadata.Name != due.Claim)
                ? ModelClaim.Render(s.Image, hub!, commit!, s.KnownModel!.ToString())
                : null,
            due is null ? null : FetchJob.Render(s.Image, hub!, commit!, target!.Reference, due.Attempt),
            state as FetchState.Arrived,
            oldClaims,
            mayDelete ? OldJobsOf(s, wanted, oldClaims) : []
        );
        return work is { Claim: null, Job: null, Arrived: null, OldClaims.Count: 0, OldJobs.Count: 0 } ? null : work;
    }

    private static IReadOnlyList<V1PersistentVolumeClaim> OldClaimsOf(
        ImageSnapshot s,
        string? wanted,
        IReadOnlyList<ServingTemplate> kept
    )
    {
        var mounted = s
            .Workload.Deployment?.Spec.Template.Spec.Volumes?.FirstOrDefault(v => v.Name == ModelVolume.Name)
            ?.PersistentVolumeClaim?.ClaimName;
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
    /// A claim stays for as long as a pod mounts it, be it one that has ended: the Job that filled it goes with it.
    /// </summary>
    private static IReadOnlyList<V1Job> OldJobsOf(
        ImageSnapshot s,
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
                && (j.IsFinished ? oldClaims.Any(c => c.Metadata.Name == claim) : claim != wanted)
            ),
        ];

    private static string? ClaimOf(V1Job job) =>
        job
            .Spec.Template.Spec.Volumes?.FirstOrDefault(v => v.Name == ModelVolume.Name)
            ?.PersistentVolumeClaim?.ClaimName;
}
