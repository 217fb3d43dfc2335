using System.Globalization;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.Cluster;
using GemmaOperator.Cluster.Faults;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;

namespace GemmaOperator.BaseImages.Reconcile;

/// <summary>Writes the Deployment, its Service and its disruption budget as they were decided.</summary>
internal sealed class WorkloadEffects(IKubeApi api)
{
    /// <summary>
    /// Returns nothing when the workload is as it should be; else why it can't be: a name that somebody else holds,
    /// or a refusal; or that the cluster has no image volumes, which another way of mounting answers.
    /// </summary>
    public async Task<WorkloadOutcome> ServeAsync(
        ImageSnapshot s,
        WorkloadChanges changes,
        CancellationToken cancellationToken
    )
    {
        ObjectRefusal? refused = null;
        try
        {
            var conflict =
                await ForeignAsync(s.Image, "Deployment", changes.Deployment, s.Workload.Deployment, cancellationToken)
                ?? await ForeignAsync(s.Image, "Service", changes.Service, s.Workload.Service, cancellationToken)
                ?? await ForeignAsync(
                    s.Image,
                    "PodDisruptionBudget",
                    changes.Budget,
                    s.Workload.Budget,
                    cancellationToken
                );
            if (conflict is not null)
            {
                return new WorkloadOutcome(Conflict: conflict);
            }
        }
        catch (KubeApiException e) when (e.IsRefusal)
        {
            // What may not be looked at isn't taken over.
            return new WorkloadOutcome(Refused: ObjectRefusal.Of(e, ObjectFields.Workload));
        }

        IEnumerable<Func<Task>> writes =
        [
            () => ApplyAsync(changes.Service, cancellationToken),
            () => ApplyAsync(changes.Deployment, cancellationToken),
            () => ApplyAsync(changes.Budget, cancellationToken),
            () => DropAsync(changes.UnwantedBudget, cancellationToken),
        ];
        foreach (var write in writes)
        {
            try
            {
                await write();
            }
            catch (KubeApiException e) when (e.IsInvalid && IsAboutImageVolume(e, changes))
            {
                return new WorkloadOutcome(IsWithoutImageVolumes: true);
            }
            catch (KubeApiException e) when (e.IsRefusal)
            {
                refused ??= ObjectRefusal.Of(e, ObjectFields.Workload);
            }
        }

        return new WorkloadOutcome(Refused: refused);
    }

    private async Task DropAsync(V1PodDisruptionBudget? unwanted, CancellationToken cancellationToken)
    {
        if (unwanted is { Metadata: { } gone })
        {
            await api.DeleteAsync<V1PodDisruptionBudget>(
                gone.NamespaceProperty,
                gone.Name,
                new DeletePreconditions(Uid: gone.Uid),
                cancellationToken
            );
        }
    }

    /// <summary>
    /// An API server without them drops the field and misses the volume's source, or calls it forbidden; it names the
    /// volume in either case.
    /// </summary>
    private static bool IsAboutImageVolume(KubeApiException refusal, WorkloadChanges changes)
    {
        var index = changes
            .Deployment?.Spec.Template.Spec.Volumes?.Select((volume, i) => (volume, i))
            .Where(v => v.volume.Image is not null)
            .Select(v => (int?)v.i)
            .FirstOrDefault();
        return index is { } i
            && refusal.Status?.Details?.Causes?.Any(c =>
                c.Field?.StartsWith(
                    string.Create(CultureInfo.InvariantCulture, $"spec.template.spec.volumes[{i}]"),
                    StringComparison.Ordinal
                ) == true
            ) == true;
    }

    private Task ApplyAsync<T>(T? wanted, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        wanted is null ? Task.CompletedTask : api.ApplyAsync(wanted, cancellationToken);

    /// <summary>An apply would take over an object of the same name: look before the first one.</summary>
    private async Task<string?> ForeignAsync<T>(
        GemmaBaseImage image,
        string kind,
        T? wanted,
        T? live,
        CancellationToken cancellationToken
    )
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        if (wanted is null || live is not null)
        {
            return null;
        }

        var found = await api.GetAsync<T>(image.Metadata.NamespaceProperty, image.Metadata.Name, cancellationToken);
        return found is null || found.Metadata.OwnerReferences?.Any(o => o.Uid == image.Metadata.Uid) == true
            ? null
            : $"metadata.name: there is a {kind} {image.Metadata.NamespaceProperty}/{image.Metadata.Name} "
                + "that isn't this object's; "
                + "delete or rename it, rename this object, or set spec.rollout.mode to PublishOnly";
    }
}
