using GemmaOperator.Api.Probes;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.Cluster;
using k8s.Models;

namespace GemmaOperator.BaseImages.Probe;

/// <summary>Follows one question from its first look to its answer.</summary>
internal static class ProbeRun
{
    /// <summary>
    /// Bounds the Jobs of one namespace that ask at a time. They need no turn among builds, and must not be a crowd.
    /// </summary>
    public const int MostInNamespace = 3;

    /// <summary>Says when it is looked again whether there is room.</summary>
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(30);

    /// <summary>Returns this object's Jobs that ask.</summary>
    public static IEnumerable<V1Job> JobsOf(ImageSnapshot s) => s.Workload.Jobs.Where(ProbeJob.Is);

    /// <summary>Tells whether a Job's work is done and nothing that others put beside it holds it open.</summary>
    public static bool EndsByItself(ImageSnapshot s, V1Job job) =>
        Observe(s, job) is var observed
        && observed.EndOf(ProbeJob.Role) is not null
        && observed.HeldOpenBy(ProbeJob.Role, [ProbeJob.Role]) is null;

    /// <summary>Tells whether the status tells of this question.</summary>
    public static bool IsOf(ImageSnapshot s, ProbeQuestion question) =>
        s.Status.Packages is { Asking: { } asking, Number: var number }
        && asking.Tick == question.Tick
        && asking.Job == Now(asking, question).JobName(s.Image, number);

    /// <summary>Decides what is next.</summary>
    public static ProbeStep Follow(ImageSnapshot s, ProbeQuestion question)
    {
        if (!IsOf(s, question))
        {
            return Begin(s, question);
        }

        var (asking, number) = (s.Status.Packages!.Asking!, s.Status.Packages.Number);
        question = Now(asking, question);
        var job = JobsOf(s).FirstOrDefault(j => j.Metadata.Name == asking.Job);
        var since = asking.Since ?? s.Now;
        if (job is not null && Read(s, job, question) is { } report)
        {
            return PlatformAnswers.Next(question, asking, report) is { } next
                ? Ask(
                    s,
                    Asking(s, next, number + 1) with
                    {
                        Told = PlatformAnswers.Of(asking, report),
                    },
                    number + 1,
                    next
                )
                : End(s, asking, report);
        }

        if (since + ProbePolicy.Patience <= s.Now)
        {
            var why = job is null ? "other images are asked in this namespace" : TroubleOf(s, job)?.Message;
            return End(s, asking, new ProbeReport.Failed(ProbeFailure.NoAnswer, ProbeReport.Clean(why)));
        }

        return job is null
            ? Ask(s, asking, number, question)
            : new ProbeStep.Ask(asking, number, null, NextLook(s, job, since));
    }

    /// <summary>Returns how a question ends that the API server takes no Job for.</summary>
    public static PackagesAnswer Refused(ImageSnapshot s, PackagesAsking asking, string message) =>
        AnswerOf(s, asking, new ProbeReport.Failed(ProbeFailure.Refused, ProbeReport.Clean(message)));

    private static ProbeStep.Ask Begin(ImageSnapshot s, ProbeQuestion question)
    {
        var number = (s.Status.Packages?.Number ?? 0) + 1;
        var first = PlatformAnswers.First(question);
        return Ask(s, Asking(s, first, number), number, first);
    }

    private static PackagesAsking Asking(ImageSnapshot s, ProbeQuestion question, long number) =>
        new()
        {
            Job = question.JobName(s.Image, number),
            Build = question.Subject.Build.Metadata.Name,
            Tick = question.Tick,
            Policy = question.Policy,
            Since = Conditions.WholeSeconds(s.Now),
            Platform = question.Platform,
        };

    /// <summary>Returns the question as it is put now: to the image for one platform after the other.</summary>
    private static ProbeQuestion Now(PackagesAsking asking, ProbeQuestion question) =>
        asking.Platform is { } platform ? question.On(platform) : question;

    /// <summary>The Job is made, or found made by a life of this process that was cut short.</summary>
    private static ProbeStep.Ask Ask(ImageSnapshot s, PackagesAsking asking, long number, ProbeQuestion question) =>
        s.Probe.Others >= MostInNamespace
            ? new ProbeStep.Ask(asking, number, null, s.Now + Turn)
            : new ProbeStep.Ask(
                asking,
                number,
                ProbeJob.Render(s.Image, question, number),
                (asking.Since ?? s.Now) + ProbePolicy.Patience
            );

    /// <summary>Returns what it says, or why it will say nothing; null while it may.</summary>
    private static ProbeReport? Read(ImageSnapshot s, V1Job job, ProbeQuestion question)
    {
        if (s.Probe.ForeignPods.FirstOrDefault(p => p.JobUid == job.Metadata.Uid) is { } foreign)
        {
            return new ProbeReport.Failed(ProbeFailure.NotOurs, foreign.Message);
        }

        var observed = Observe(s, job);
        // Its end counts: what others put beside it may run on.
        if (observed.EndOf(ProbeJob.Role) is { ExitCode: 0 } ended)
        {
            return ProbeReport.Read(ended.Message, question.Subject.Image.Digest);
        }

        if (observed.EndOf(ProbeJob.Role) is not null || (job.IsFinished && !observed.AwaitsPod(s.Now)))
        {
            return new ProbeReport.Failed(ProbeFailure.Interrupted, ProbeReport.Clean(LastWords(observed)));
        }

        return TroubleOf(s, job) is { } trouble && trouble.HasLasted(new DateTimeOffset(s.Now))
            ? new ProbeReport.Failed(ProbeFailure.NotStarted, ProbeReport.Clean(trouble.Message))
            : null;
    }

    private static string? LastWords(ObservedJob observed) =>
        observed.NewestPod?.StatusOf(ProbeJob.Role) is { State.Terminated: not null } ended ? LastTermination.Of(ended)
        : observed.NewestPod is { } pod && PodEnd.Of(pod) is { } end ? end.Words
        : observed.Job.Failure?.Message ?? observed.Job.Failure?.Reason;

    private static PodStartProblem? TroubleOf(ImageSnapshot s, V1Job job) =>
        job.IsFinished ? null : PodStartProblem.Read(Observe(s, job));

    /// <summary>A pod that ended is news by itself; one that doesn't start, or whose Job is over, isn't.</summary>
    private static DateTime NextLook(ImageSnapshot s, V1Job job, DateTime since) =>
        new[]
        {
            since + ProbePolicy.Patience,
            job.IsFinished ? Observe(s, job).PodAwaitedUntil(s.Now) : DateTime.MaxValue,
            TroubleOf(s, job)?.Deadline?.UtcDateTime ?? DateTime.MaxValue,
        }.Min();

    private static ObservedJob Observe(ImageSnapshot s, V1Job job) =>
        new(job, [.. s.Probe.Pods.Where(p => p.IsControlledBy(job.Metadata.Uid))], []);

    private static ProbeStep.Ended End(ImageSnapshot s, PackagesAsking asking, ProbeReport report) =>
        new(AnswerOf(s, asking, report));

    private static PackagesAnswer AnswerOf(ImageSnapshot s, PackagesAsking asking, ProbeReport report)
    {
        var answer = new PackagesAnswer
        {
            Build = asking.Build,
            Tick = asking.Tick,
            Policy = asking.Policy,
            Asked = asking.Since,
            Time = Conditions.WholeSeconds(s.Now),
        };
        return PlatformAnswers.Joined(asking, report) switch
        {
            ProbeReport.Answer { Count: > 0 } some => answer with
            {
                Result = PackagesResult.UpdatesAvailable,
                Count = some.Count,
                Fingerprint = some.Fingerprint,
                Changes = some.Changes,
            },
            ProbeReport.Answer => answer with { Result = PackagesResult.NothingToUpdate },
            ProbeReport.Failed failed => answer with
            {
                Result = PackagesResult.Failed,
                Reason = failed.Failure.ToString(),
                Message =
                    (asking.Platform is { } platform ? $"{platform.Text}: " : "")
                    + ProbeWords.Of(failed.Failure, failed.Said),
            },
            var other => throw new InvalidOperationException($"{other} is no report"),
        };
    }
}
