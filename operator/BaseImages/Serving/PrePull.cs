using System.Globalization;
using GemmaOperator.Api.Builds;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Cluster;
using k8s.Models;

namespace GemmaOperator.BaseImages.Serving;

/// <summary>Describes a new image on its way to the nodes that will run it, while the old one serves.</summary>
/// <param name="Image">The new image.</param>
/// <param name="Template">What its pods will be made from.</param>
/// <param name="Start">Nodes on which a pull starts now.</param>
/// <param name="Tolerations">What admission has the served pods tolerate besides what the spec says.</param>
/// <param name="Done">Nodes on which nothing is pulled any more.</param>
/// <param name="Message">For people.</param>
/// <param name="Since">Since when (UTC).</param>
/// <param name="Until">When the rollout goes on anyway (UTC).</param>
internal sealed record PrePull(
    ImageStatus Image,
    ServingTemplate Template,
    IReadOnlyList<string> Start,
    IReadOnlyList<V1Toleration> Tolerations,
    IReadOnlyList<string> Done,
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

        var chosen = PullNodePolicy.Decide(s, template);
        var jobs = chosen.Nodes.ToDictionary(
            node => node,
            node => s.Workload.Jobs.FirstOrDefault(j => j.Metadata.Name == PullJob.Name(s.Image, target, node)),
            StringComparer.Ordinal
        );
        var since = StartOf(s, target);
        var until = since + s.Spec.Rollout.PrePull.Timeout.Span;
        var done = chosen.Nodes.Where(n => IsDone(s, target, n, jobs[n])).ToList();
        var open = chosen.Nodes.Except(done, StringComparer.Ordinal).ToList();
        if (open.Count == 0 || s.Now >= until)
        {
            return null;
        }

        var running = open.Where(n => jobs[n] is not null).ToList();
        var start = open.Except(running, StringComparer.Ordinal).Take(Math.Max(0, AtOnce - running.Count)).ToList();
        var trouble = running
            .Select(n => s.Workload.TroubleOf(jobs[n]!) is { } words ? $"on {n}: {words}" : null)
            .FirstOrDefault(t => t is not null);
        var nodes = chosen.Nodes.Count == 1 ? "node" : "nodes";
        var message = string.Join(
            "; ",
            new[]
            {
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{target.Reference} is pulled onto {chosen.Nodes.Count} {nodes} before "
                        + $"pods are replaced, {done.Count} done; it goes on without at {until:HH:mm:ss} UTC"
                ),
                trouble,
                chosen.Omission,
            }.OfType<string>()
        );
        var asked = template.Pod.Spec.Tolerations ?? [];
        return new PrePull(
            target,
            template,
            start,
            [.. PullNodePolicy.TolerationsOf(s, asked).Skip(asked.Count)],
            done,
            message,
            since,
            until
        );
    }

    /// <summary>What was recorded stays true when its Job is gone.</summary>
    private static bool IsDone(ImageSnapshot s, ImageStatus target, string node, V1Job? job) =>
        job is { IsFinished: true }
        || (job is not null && s.Workload.IsHeldOpen(job))
        || (
            s.Status.Rollout?.PrePull is { } before
            && before.Digest == target.Digest
            && before.Done?.Contains(node, StringComparer.Ordinal) == true
        );

    /// <summary>Recorded, since no Job may have come to be: a quota can refuse them all.</summary>
    private static DateTime StartOf(ImageSnapshot s, ImageStatus target) =>
        s.Status.Rollout?.PrePull is { StartTime: { } recorded } pull && pull.Digest == target.Digest
            ? recorded
            : Conditions.WholeSeconds(s.Now);
}
