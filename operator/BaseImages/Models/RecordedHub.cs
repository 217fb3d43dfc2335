using GemmaOperator.Api.BaseImages;
using GemmaOperator.Hub;

namespace GemmaOperator.BaseImages.Models;

/// <summary>
/// Tells, to who isn't the operator, which hub it asks where a spec names none: the statuses that it left say so. What
/// is said of a spec that names its own hub, or of one that the operator hasn't seen yet, is no evidence while there
/// is better.
/// </summary>
internal static class RecordedHub
{
    /// <summary>Returns the hub that most objects tell; the public one where none does.</summary>
    /// <param name="images">The objects as they are in the cluster.</param>
    public static HubEndpoint Of(IEnumerable<GemmaBaseImage> images)
    {
        var told = images
            .Where(i => i.Spec?.Rollout.Server.Model.Hub is { Endpoint.Length: 0 } && i.Status?.Model is not null)
            .Select(i => (Hub: Read(i), IsCurrent: i.Status!.ObservedGeneration == i.Metadata.Generation))
            .Where(t => t.Hub is not null)
            .ToList();
        return told.Where(t => t.IsCurrent || !told.Exists(other => other.IsCurrent))
                .GroupBy(t => t.Hub)
                .OrderByDescending(g => g.Count())
                .ThenBy(g => g.Key!.ToString(), StringComparer.Ordinal)
                .FirstOrDefault()
                ?.Key
            ?? HubEndpoint.Default;
    }

    private static HubEndpoint? Read(GemmaBaseImage image) =>
        HubSource.HubOf(image.Status!.Model!.Reference, image.Spec!.Rollout.Server.Model.Hub!.Repository);
}
