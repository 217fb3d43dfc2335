using System.Globalization;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.BaseImages.Adoption;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Cluster.Comparison;
using GemmaOperator.Cluster.Faults;
using GemmaOperator.Cluster.Gateways;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;

namespace GemmaOperator.BaseImages.Reconcile;

/// <summary>Writes the Deployment, its Service and its disruption budget as they were decided.</summary>
internal sealed class WorkloadEffects(IKubeApi api)
{
    /// <summary>
    /// Returns what the API server made of what it was asked for, or why the workload can't be as it should be: a name
    /// that somebody else holds, or a refusal; or that the cluster has no image volumes, which another way of mounting
    /// answers.
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

        var image = changes.Deployment is { } wanted ? ServingDeployment.ImageOf(wanted.Spec.Template.Spec) : null;
        IEnumerable<Func<Task<WrittenObject?>>> writes =
        [
            () => ApplyAsync(changes.Service, null, cancellationToken),
            () => ApplyAsync(changes.Deployment, image, cancellationToken),
            () => ApplyAsync(changes.Budget, null, cancellationToken),
            () => DropAsync(changes.UnwantedBudget, cancellationToken),
        ];
        var written = new List<WrittenObject>();
        foreach (var write in writes)
        {
            try
            {
                if (await write() is { } made)
                {
                    written.Add(made);
                }
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

        return new WorkloadOutcome(Refused: refused) { Written = new WrittenWorkload { Objects = written } };
    }

    /// <summary>
    /// Takes objects over and lets them go; returns what was done, and the first refusal, which holds up nothing else.
    /// </summary>
    public async Task<(IReadOnlyList<OwnerChange> Done, ObjectRefusal? Refused)> GiveOwnersAsync(
        IReadOnlyList<OwnerChange> changes,
        CancellationToken cancellationToken
    )
    {
        var done = new List<OwnerChange>();
        ObjectRefusal? refused = null;
        foreach (var change in changes)
        {
            try
            {
                await (
                    change.Child switch
                    {
                        V1Deployment => PatchAsync<V1Deployment>(change, cancellationToken),
                        V1Service => PatchAsync<V1Service>(change, cancellationToken),
                        V1PersistentVolumeClaim => PatchAsync<V1PersistentVolumeClaim>(change, cancellationToken),
                        HttpRoute => PatchAsync<HttpRoute>(change, cancellationToken),
                        InferencePool => PatchAsync<InferencePool>(change, cancellationToken),
                        _ => PatchAsync<V1PodDisruptionBudget>(change, cancellationToken),
                    }
                );
                done.Add(change);
            }
            catch (KubeApiException e) when (e.IsNotFound)
            {
                // What is gone is nobody's.
                done.Add(change with { Owns = false });
            }
            catch (KubeApiException e) when (e.IsRefusal)
            {
                refused ??= ObjectRefusal.Of(e, ObjectFields.Workload);
            }
        }

        return (done, refused);
    }

    private async Task PatchAsync<T>(OwnerChange change, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        await api.PatchAsync<T>(
            change.Child.Metadata.NamespaceProperty,
            change.Child.Metadata.Name,
            change.Patch,
            subresource: null,
            cancellationToken
        );

    private async Task<WrittenObject?> DropAsync(V1PodDisruptionBudget? unwanted, CancellationToken cancellationToken)
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

        return null;
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

    /// <summary>
    /// Returns who has a field that the operator leaves to somebody else, in the API server's words; null when it names
    /// nobody.
    /// </summary>
    public async Task<string?> OwnerAsync(V1Deployment wanted, string field, CancellationToken cancellationToken)
    {
        try
        {
            var conflicts = await api.ConflictsAsync(wanted, cancellationToken);
            return (
                conflicts.FirstOrDefault(c => c.Field.Replace("\"", "", StringComparison.Ordinal) == field)
                ?? (conflicts.Count > 0 ? conflicts[0] : null)
            )?.Message;
        }
        catch (KubeApiException)
        {
            // Worth a look, no more.
            return null;
        }
    }

    private async Task<WrittenObject?> ApplyAsync<T>(T? wanted, string? image, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        if (wanted is null)
        {
            return null;
        }

        var made = await api.ApplyAsync(wanted, cancellationToken);
        return new WrittenObject(
            wanted.Kind,
            wanted.LastApplied ?? "",
            RunningImage.IdentityOf(image),
            Drift.All(wanted, made)
        );
    }

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
        return found is null || OwnWorkload.IsOf(image, found) || OwnWorkload.IsUnlabeled(image, found)
            ? null
            : $"metadata.name: there is a {kind} {image.Metadata.NamespaceProperty}/{image.Metadata.Name} "
                + "that isn't this object's; "
                + "delete or rename it, rename this object, or set spec.rollout.mode to PublishOnly";
    }
}
