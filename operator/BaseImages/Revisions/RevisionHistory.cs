using GemmaOperator.Api.Workloads;
using k8s.Models;

namespace GemmaOperator.BaseImages.Revisions;

/// <summary>Decides which revisions of an object stay, and how the next is numbered.</summary>
internal static class RevisionHistory
{
    /// <summary>As many as the Deployment keeps of its ReplicaSets.</summary>
    public const int Kept = 3;

    /// <summary>Bounds what is looked at, and so collected, at a time.</summary>
    public const int MostListed = 100;

    /// <summary>Returns a number above all that are there.</summary>
    public static long NextNumber(IEnumerable<V1ControllerRevision> own) =>
        Math.Min(own.Select(r => r.Revision ?? 0).DefaultIfEmpty(0).Max(), long.MaxValue - 1) + 1;

    /// <summary>
    /// Returns the revisions to delete: the newest stay, and so does what a status names, be it that before this pass
    /// or the one that it writes.
    /// </summary>
    public static IEnumerable<V1ControllerRevision> Leaving(
        IEnumerable<V1ControllerRevision> own,
        ServingRevision named,
        ServingRevision? before
    ) =>
        own.Where(r => r.Metadata.Name != named.Name && r.Metadata.Name != before?.Name)
            .OrderByDescending(r => r.Revision ?? 0)
            .ThenBy(r => r.Metadata.Name, StringComparer.Ordinal)
            .Skip(Kept - 1);
}
