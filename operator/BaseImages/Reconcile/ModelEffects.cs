using GemmaOperator.Api.BaseImages;
using GemmaOperator.BaseImages.Weights;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Cluster;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;

namespace GemmaOperator.BaseImages.Reconcile;

/// <summary>Carries out what was decided about the weights' claims and the Jobs that fetch into them.</summary>
internal sealed class ModelEffects(IKubeApi api)
{
    /// <summary>Returns why a claim or a Job can't be made, if one can't; that holds up nothing else.</summary>
    public async Task<(string? Refused, NameTaken? Blocked)> CarryOutAsync(
        GemmaBaseImage image,
        ModelWork work,
        CancellationToken cancellationToken
    )
    {
        foreach (var job in work.OldJobs)
        {
            await DeleteAsync<V1Job>(job.Metadata, cancellationToken);
        }

        foreach (var claim in work.OldClaims)
        {
            await DeleteAsync<V1PersistentVolumeClaim>(claim.Metadata, cancellationToken);
        }

        if (work.Arrived is { } arrived)
        {
            await api.PatchAsync<V1PersistentVolumeClaim>(
                arrived.Claim.Metadata.NamespaceProperty,
                arrived.Claim.Metadata.Name,
                ModelClaim.FetchedPatch(arrived.Claim, arrived.Bytes),
                subresource: null,
                cancellationToken
            );
        }

        foreach (var claim in work.Reowned)
        {
            await api.PatchAsync<V1PersistentVolumeClaim>(
                claim.Metadata.NamespaceProperty,
                claim.Metadata.Name,
                ModelClaim.RetentionPatch(claim, image, isRetained: claim.Metadata.OwnerReferences is { Count: > 0 }),
                subresource: null,
                cancellationToken
            );
        }

        try
        {
            var job = work.Job;
            if (work.Claim is { } claim)
            {
                var (made, taken) = await MakeAsync(image, claim, cancellationToken);
                if (taken is not null)
                {
                    return (null, taken);
                }

                job = job?.Filling(made!);
            }

            return (null, job is null ? null : await api.CreateOwnedAsync(job, cancellationToken));
        }
        catch (KubeApiException e) when (e.IsForbidden || e.IsInvalid)
        {
            // A quota, a policy, a storage class that only the API server knows to be wrong: it will say so again.
            return ($"spec.rollout.server.model.hub: the API server refuses what it asks for: {e.Message}", null);
        }
    }

    /// <summary>Creates a claim, or finds it made; returns who has its name when that isn't one of ours.</summary>
    private async Task<(V1PersistentVolumeClaim? Made, NameTaken? Taken)> MakeAsync(
        GemmaBaseImage image,
        V1PersistentVolumeClaim claim,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return (await api.CreateAsync(claim, cancellationToken), null);
        }
        catch (KubeApiException e) when (e.IsAlreadyExists)
        {
            var (ns, name) = (claim.Metadata.NamespaceProperty, claim.Metadata.Name);
            var found = await api.GetAsync<V1PersistentVolumeClaim>(ns, name, cancellationToken);
            if (found is { Metadata.DeletionTimestamp: null } && found.MadeFor == image.Metadata.Uid)
            {
                return (found, null);
            }

            return (
                null,
                found is null || found.Metadata.DeletionTimestamp is not null ? Leaving("is being deleted")
                : !found.StaysWith(image) && found.MadeFor is not null ? Leaving("goes with it")
                : new NameTaken(
                    $"PersistentVolumeClaim {ns}/{name} isn't of this {GemmaBaseImage.KubeKind}: delete it, and this "
                        + "goes on by itself",
                    GoesByItself: false
                )
            );

            NameTaken Leaving(string how) =>
                new(
                    $"PersistentVolumeClaim {ns}/{name} of an earlier object {how}; it is made anew when it is gone",
                    GoesByItself: true
                );
        }
    }

    private Task<bool> DeleteAsync<T>(V1ObjectMeta gone, CancellationToken cancellationToken)
        where T : class, k8s.IKubernetesObject<V1ObjectMeta> =>
        api.DeleteAsync<T>(
            gone.NamespaceProperty,
            gone.Name,
            new DeletePreconditions(Uid: gone.Uid),
            cancellationToken
        );
}
