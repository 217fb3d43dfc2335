using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Words;
using GemmaOperator.Api.Workloads;
using GemmaOperator.BaseImages.Adoption;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.Cluster;
using GemmaOperator.Cluster.Gateways;

namespace GemmaOperator.BaseImages.Status;

/// <summary>Renders the events of whether what serves goes with its object.</summary>
internal static class OwnerNews
{
    /// <summary>Returns what changed; null when nothing did.</summary>
    public static EventText? Between(ImageSnapshot s, GemmaBaseImageStatus after)
    {
        var (before, now) = (s.Status.DeletionPolicy, after.DeletionPolicy);
        if (OwnWorkload.IsTakenOver(s) && now is { Value: { } inForce } && s.Spec.DeletionPolicy == inForce)
        {
            return new EventText(
                false,
                "WorkloadAdopted",
                "Adopt",
                $"Deployment {NameOf(s.Image)} was left by an object of this name and serves on; this object has taken "
                    + "it over, and its first image takes the place of the one that serves"
            );
        }

        return (before?.Value, now?.Value) switch
        {
            (null or DeletionPolicy.Delete, DeletionPolicy.Orphan) => new EventText(
                false,
                "WorkloadOrphaned",
                "Reconcile",
                $"What serves stays when this object is deleted; {Removal(s.Image, after)} removes it then"
            ),
            (DeletionPolicy.Orphan, DeletionPolicy.Delete) => new EventText(
                false,
                "WorkloadOwned",
                "Reconcile",
                "What serves is deleted with this object"
            ),
            _ => null,
        };
    }

    /// <summary>Returns what is told of an object that is gone; null when nothing was left.</summary>
    public static EventText? OfDeleted(GemmaBaseImage image) =>
        image.Status?.DeletionPolicy?.Value == DeletionPolicy.Orphan
            ? new EventText(
                false,
                "WorkloadLeft",
                "Delete",
                $"Deployment {NameOf(image)}, and what its pods need, stays and serves on, as spec.deletionPolicy "
                    + "asked; a GemmaBaseImage of this name takes it over, and "
                    + $"{Removal(image, image.Status)} removes it"
            )
            : null;

    private static string NameOf(GemmaBaseImage image) => $"{image.Metadata.NamespaceProperty}/{image.Metadata.Name}";

    /// <summary>A kind that the cluster doesn't have would make kubectl delete nothing at all.</summary>
    private static string Removal(GemmaBaseImage image, GemmaBaseImageStatus? status) =>
        "'kubectl delete deployments,services,poddisruptionbudgets,persistentvolumeclaims"
        + string.Concat((status?.Routing?.Made ?? []).Select(Resource).OfType<string>().Select(r => $",{r}"))
        + $" -n {image.Metadata.NamespaceProperty} -l {ApiGroup.ManagedByLabel}={ApiGroup.ManagedByValue},"
        + $"{ApiGroup.ImageLabel}={image.Metadata.Name}'";

    private static string? Resource(string kind) =>
        kind switch
        {
            HttpRoute.KubeKind => $"httproutes.{HttpRoute.Group}",
            InferencePool.KubeKind => $"inferencepools.{InferencePool.Group}",
            _ => null,
        };
}
