using System.Globalization;
using GemmaOperator.Api;
using GemmaOperator.Rollout;
using k8s.Models;

namespace GemmaOperator.Plan;

/// <summary>A new image on its way to the nodes that will run it, while the old one serves.</summary>
/// <param name="Image">The new image.</param>
/// <param name="Start">Nodes on which a pull starts now.</param>
/// <param name="Message">For people.</param>
/// <param name="Until">When the rollout goes on anyway (UTC).</param>
internal sealed record PrePull(ImageStatus Image, IReadOnlyList<string> Start, string Message, DateTime Until)
{
    /// <summary>A registry and a network have other users.</summary>
    private const int AtOnce = 3;

    /// <summary>
    /// Null when there is nothing to wait for: it is everywhere, as far as it goes, or has had its time. A node is one that a
    /// pod of the service runs on now: without a spare GPU its successor will run there too.
    /// </summary>
    public static PrePull? Of(ImageSnapshot s, ImageStatus target)
    {
        if (!s.Spec.Rollout.PrePull.Enabled || s.Workload.Image is null)
        {
            return null;
        }

        var nodes = s.Workload.Pods
            .Where(p => p.Metadata.DeletionTimestamp is null && p.Status?.Phase == "Running")
            .Select(p => p.Spec?.NodeName)
            .Where(n => !string.IsNullOrEmpty(n))
            .Select(n => n!)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .ToList();
        var jobs = nodes.ToDictionary(
            node => node,
            node => s.Workload.Pulls.FirstOrDefault(j => j.Metadata.Name == PullJob.Name(s.Image, target, node)),
            StringComparer.Ordinal);
        var since = jobs.Values.OfType<V1Job>().Min(j => j.Metadata.CreationTimestamp) ?? Conditions.WholeSeconds(s.Now);
        var until = since + GoDuration.Parse(s.Spec.Rollout.PrePull.Timeout);
        var open = nodes.Where(n => jobs[n] is not { IsFinished: true }).ToList();
        if (open.Count == 0 || s.Now >= until)
        {
            return null;
        }

        var running = open.Count(n => jobs[n] is not null);
        return new PrePull(
            target,
            [.. open.Where(n => jobs[n] is null).Take(Math.Max(0, AtOnce - running))],
            string.Create(CultureInfo.InvariantCulture, $"{target.Reference} is pulled onto {nodes.Count} nodes before pods are replaced, {nodes.Count - open.Count} done; it goes on without at {until:HH:mm:ss} UTC"),
            until);
    }
}
