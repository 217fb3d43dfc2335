using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.BaseImages.Weights;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Cluster;
using GemmaOperator.Cluster.Faults;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;

namespace GemmaOperator.BaseImages.Reconcile;

/// <summary>Carries out what was decided about the weights' claims and the Jobs that fetch into them.</summary>
internal sealed class ModelEffects(IKubeApi api)
{
    /// <summary>
    /// Returns the Job that is there now, or why it or its claim can't be made, and what else was refused; that holds
    /// up nothing else.
    /// </summary>
    public async Task<(ObjectRefusal? Refused, Creation<V1Job>? Job, ObjectRefusal? OtherRefused)> CarryOutAsync(
        GemmaBaseImage image,
        ModelWork work,
        CancellationToken cancellationToken
    )
    {
        var other = await KeepAsync(image, work, cancellationToken);
        try
        {
            var job = work.Job;
            if (work.Claim is { } claim)
            {
                var (made, taken) = await MakeAsync(image, claim, cancellationToken);
                if (taken is not null)
                {
                    return (null, new Creation<V1Job>(null, taken), other);
                }

                job = job?.Filling(made!);
            }

            return (null, job is null ? null : await api.CreateOwnedAsync(job, cancellationToken), other);
        }
        catch (KubeApiException e) when (e.IsRefusal)
        {
            var isClaim = e.Request.Resource.StartsWith("persistentvolumeclaims", StringComparison.Ordinal);
            return (ObjectRefusal.Of(e, isClaim ? ObjectFields.Claim : ObjectFields.Jobs), null, other);
        }
    }

    /// <summary>Deletes and marks what is there; returns the first refusal.</summary>
    private async Task<ObjectRefusal?> KeepAsync(
        GemmaBaseImage image,
        ModelWork work,
        CancellationToken cancellationToken
    )
    {
        var writes = new List<Func<Task>>();
        writes.AddRange(work.OldJobs.Select(j => Deleting<V1Job>(j.Metadata, cancellationToken)));
        writes.AddRange(work.OldClaims.Select(c => Deleting<V1PersistentVolumeClaim>(c.Metadata, cancellationToken)));
        if (work.Arrived is { } arrived)
        {
            writes.Add(
                Patching(arrived.Claim, ModelClaim.FetchedPatch(arrived.Claim, arrived.Bytes), cancellationToken)
            );
        }

        foreach (var claim in work.Reowned)
        {
            var isRetained = claim.Metadata.OwnerReferences is { Count: > 0 };
            writes.Add(Patching(claim, ModelClaim.RetentionPatch(claim, image, isRetained), cancellationToken));
        }

        ObjectRefusal? refused = null;
        foreach (var write in writes)
        {
            try
            {
                await write();
            }
            catch (KubeApiException e) when (e.IsRefusal)
            {
                refused ??= ObjectRefusal.Of(e, ObjectFields.Claim);
            }
        }

        return refused;
    }

    private Func<Task> Patching(V1PersistentVolumeClaim claim, JsonObject patch, CancellationToken cancellationToken) =>
        () =>
            api.PatchAsync<V1PersistentVolumeClaim>(
                claim.Metadata.NamespaceProperty,
                claim.Metadata.Name,
                patch,
                subresource: null,
                cancellationToken
            );

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

    private Func<Task> Deleting<T>(V1ObjectMeta gone, CancellationToken cancellationToken)
        where T : class, k8s.IKubernetesObject<V1ObjectMeta> =>
        () =>
            api.DeleteAsync<T>(
                gone.NamespaceProperty,
                gone.Name,
                new DeletePreconditions(Uid: gone.Uid),
                cancellationToken
            );
}
