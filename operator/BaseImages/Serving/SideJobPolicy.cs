using GemmaOperator.Api.BaseImages;
using GemmaOperator.BaseImages.Workloads;
using k8s.Models;

namespace GemmaOperator.BaseImages.Serving;

/// <summary>Decides which Jobs start beside the workload: pulls onto nodes, and the smoke test.</summary>
internal static class SideJobPolicy
{
    public static IReadOnlyList<V1Job> Decide(GemmaBaseImage image, RolloutDecision rollout)
    {
        if (rollout is not RolloutDecision.Serve serve)
        {
            return [];
        }

        var jobs = new List<V1Job>();
        if (serve.Pull is { } pull)
        {
            jobs.AddRange(pull.Start.Select(node => PullJob.Render(image, pull.Image, pull.Template, node)));
        }

        if (serve.Proof is RolloutProof.Soaking { Test: SmokeTest.Due due })
        {
            jobs.Add(SmokeJob.Render(image, serve.Target, serve.Template, due.Pod));
        }

        return jobs;
    }
}
