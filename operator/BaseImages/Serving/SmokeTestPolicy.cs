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
        if (jobs.Select(j => Verdict(s, target, template, j, pods)).FirstOrDefault(v => v is not null) is { } verdict)
        {
            return verdict;
        }

        return jobs.FirstOrDefault(j => pods.Find(Annotation(j, SmokeJob.PodAnnotation)) is not null) is { } job
            ? Follow(s, target, template, job)
            : Start(pods);
    }

    /// <summary>
    /// Returns what a Job's report comes to; null without one, or with one that says nothing about the image.
    /// </summary>
    private static SmokeTest? Verdict(
        ImageSnapshot s,
        ImageStatus target,
        ServingTemplate template,
        V1Job job,
        RevisionPods pods
    ) =>
        SmokeReport.Of(job, s.Workload.SidePods, target) switch
        {
            { Ok: true } => new SmokeTest.Passed(),
            { Answered: true } report => new SmokeTest.Failed(report.Detail),
            // A pod that was deleted under the request, by a drain or a newer template, can't answer; and where a proxy
            // stands before the server, it may be that which doesn't let anybody through.
            { } report
                when pods.Find(Annotation(job, SmokeJob.PodAnnotation)) is { } pod
                    && !pod.HasMoreThan(template.Pod.Spec) => new SmokeTest.Failed(report.Detail),
            _ => null,
        };

    private static SmokeTest.Running Follow(ImageSnapshot s, ImageStatus target, ServingTemplate template, V1Job job)
    {
        var name = job.Metadata.Name;
        var said = SmokeReport.Of(job, s.Workload.SidePods, target)?.Detail;
        var foreign = s.Workload.ForeignPods.FirstOrDefault(p => p.JobUid == job.Metadata.Uid)?.Message;
        var words = (said ?? foreign ?? SmokeReport.LastWords(job, s.Workload.SidePods)) is { Length: > 0 } last
            ? $" ({last})"
            : "";
        var patience = job.FinishedAt(s.Now) + ObservedJob.PodPatience;
        var isOver = job.IsFinished || s.Workload.IsHeldOpen(job);
        var trouble = s.Workload.TroubleOf(job) is { } why ? $"; its pod doesn't start: {why}" : "";
        return job switch
        {
            { IsFinished: true } when said is null && s.Now < patience => new SmokeTest.Running(
                "its smoke test has ended and its report is on its way",
                patience
            ),
            _ when isOver => new SmokeTest.Running(
                $"Job {name} came to no answer, through no fault of the image's{words}; another follows when it is gone"
            ),
            _ => new SmokeTest.Running(
                $"Job {name} sends it a request ({SmokeJob.RequestOf(s.Spec.Rollout, template).Path}){words}{trouble}"
            ),
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
