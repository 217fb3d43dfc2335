using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Cluster;
using k8s.Models;

namespace GemmaOperator.BaseImages.Serving;

/// <summary>Judges how far the first request to a new image has come.</summary>
internal static class SmokeTestPolicy
{
    /// <param name="s">All facts.</param>
    /// <param name="target">The image that the Deployment asks for.</param>
    /// <param name="template">Around it.</param>
    /// <param name="before">What is recorded of their rollout; null when nothing is.</param>
    public static SmokeTest Judge(ImageSnapshot s, ImageStatus target, ServingTemplate template, RolloutStatus? before)
    {
        if (!s.Spec.Rollout.SmokeTest.Enabled || before?.SmokeTest?.Result == SmokeTestResult.Passed)
        {
            return new SmokeTest.Passed();
        }

        if (before?.SmokeTest is { Result.Value: SmokeTestResult.Failed } recorded)
        {
            return new SmokeTest.Failed(recorded.Message ?? "");
        }

        var pods = new RevisionPods(s.Workload, template);
        var jobs = s
            .Workload.Jobs.Where(j =>
                Annotation(j, SmokeJob.DigestAnnotation) == target.Digest
                && Annotation(j, SmokeJob.SettingsAnnotation) == template.Settings
            )
            .ToList();
        if (jobs.Select(j => Verdict(s, target, j, pods)).FirstOrDefault(v => v is not null) is { } verdict)
        {
            return verdict;
        }

        return jobs.FirstOrDefault(j => pods.Has(Annotation(j, SmokeJob.PodAnnotation))) is { } job
            ? Follow(s, job)
            : Start(pods);
    }

    /// <summary>
    /// Returns what a Job's report comes to; null without one, or with one that says nothing about the image.
    /// </summary>
    private static SmokeTest? Verdict(ImageSnapshot s, ImageStatus target, V1Job job, RevisionPods pods) =>
        SmokeReport.Of(job, s.Workload.SmokePods, target) switch
        {
            { Ok: true } => new SmokeTest.Passed(),
            { Answered: true } report => new SmokeTest.Failed(report.Detail),
            // A pod that was deleted under the request, by a drain or a newer template, can't answer.
            { } report when pods.Has(Annotation(job, SmokeJob.PodAnnotation)) => new SmokeTest.Failed(report.Detail),
            _ => null,
        };

    private static SmokeTest.Running Follow(ImageSnapshot s, V1Job job)
    {
        var name = job.Metadata.Name;
        var words = SmokeReport.LastWords(job, s.Workload.SmokePods) is { } last ? $" ({last})" : "";
        var patience = job.FinishedAt(s.Now) + ObservedJob.PodPatience;
        return job switch
        {
            { IsFinished: true } when s.Now < patience => new SmokeTest.Running(
                "its smoke test has ended and its report is on its way",
                patience
            ),
            { IsFinished: true } => new SmokeTest.Running(
                $"Job {name} came to no answer, through no fault of the image's{words}; another follows when it is gone"
            ),
            _ => new SmokeTest.Running($"Job {name} sends it a request ({s.Spec.Rollout.SmokeTest.Path}){words}"),
        };
    }

    private static SmokeTest Start(RevisionPods pods) =>
        pods.Ready.FirstOrDefault(p =>
            !string.IsNullOrEmpty(p.Status?.PodIP) && !string.IsNullOrEmpty(p.Spec?.NodeName)
        )
            is { } pod
            ? new SmokeTest.Due(pod)
            : new SmokeTest.Running("its smoke test waits for a ready pod");

    private static string Annotation(V1Job job, string name) =>
        job.Metadata.Annotations is { } annotations && annotations.TryGetValue(name, out var value) ? value : "";
}
