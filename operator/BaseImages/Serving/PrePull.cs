using System.Globalization;
using GemmaOperator.Api.Builds;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Cluster;

namespace GemmaOperator.BaseImages.Serving;

/// <summary>Describes a new image on its way to the nodes that will run it, while the old one serves.</summary>
/// <param name="Image">The new image.</param>
/// <param name="Template">What its pods will be made from.</param>
/// <param name="Start">Nodes on which a pull starts now.</param>
/// <param name="Message">For people.</param>
/// <param name="Since">Since when (UTC).</param>
/// <param name="Until">When the rollout goes on anyway (UTC).</param>
internal sealed record PrePull(
    ImageStatus Image,
    ServingTemplate Template,
    IReadOnlyList<string> Start,
    string Message,
    DateTime Since,
    DateTime Until
)
{
    /// <summary>A registry and a network have other users.</summary>
    private const int AtOnce = 3;

    /// <summary>
    /// Returns null when there is nothing to wait for: it is everywhere, as far as it goes, or has had its time.
    /// </summary>
    public static PrePull? Find(ImageSnapshot s, ImageStatus target, ServingTemplate template)
    {
        if (!s.Spec.Rollout.PrePull.Enabled || s.Workload.Image is null)
        {
            return null;
        }

        var nodes = PullNodePolicy.Decide(s, template);
        var jobs = nodes.ToDictionary(
            node => node,
            node => s.Workload.Jobs.FirstOrDefault(j => j.Metadata.Name == PullJob.Name(s.Image, target, node)),
            StringComparer.Ordinal
        );
        var since = StartOf(s, target);
        var until = since + s.Spec.Rollout.PrePull.Timeout.Span;
        var open = nodes.Where(n => jobs[n] is not { IsFinished: true }).ToList();
        if (open.Count == 0 || s.Now >= until)
        {
            return null;
        }

        var running = open.Count(n => jobs[n] is not null);
        var start = open.Where(n => jobs[n] is null).Take(Math.Max(0, AtOnce - running)).ToList();
        var message = string.Create(
            CultureInfo.InvariantCulture,
            $"{target.Reference} is pulled onto {nodes.Count} nodes before pods are replaced, "
                + $"{nodes.Count - open.Count} done; it goes on without at {until:HH:mm:ss} UTC"
        );
        return new PrePull(target, template, start, message, since, until);
    }

    /// <summary>Recorded, since no Job may have come to be: a quota can refuse them all.</summary>
    private static DateTime StartOf(ImageSnapshot s, ImageStatus target) =>
        s.Status.Rollout?.PrePull is { StartTime: { } recorded } pull && pull.Digest == target.Digest
            ? recorded
            : Conditions.WholeSeconds(s.Now);
}
