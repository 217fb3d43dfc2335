using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Models;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Cluster;
using GemmaOperator.Cluster.Pods;
using GemmaOperator.Hub;
using k8s.Models;

namespace GemmaOperator.BaseImages.Weights;

/// <summary>
/// Judges how far the weights are that are fetched into a claim, and when an attempt follows another.
/// </summary>
internal static class FetchPolicy
{
    /// <summary>Says how often a running fetch is asked how far it is.</summary>
    public static readonly TimeSpan Look = TimeSpan.FromSeconds(15);

    /// <summary>Says how long a claim that gets no volume may be slow, and no fault.</summary>
    private static readonly TimeSpan VolumeBound = TimeSpan.FromMinutes(5);

    private const string Pod = "pod that fetches the weights";

    private static readonly string[] Containers = [FetchContainer.Name];

    /// <summary>Names the reason of an attempt whose pod ended without the command's word.</summary>
    private const string Interrupted = "Interrupted";

    /// <summary>
    /// Says when what can't pass by itself is tried again: a licence is accepted, a token replaced or a repository
    /// mended without anybody telling us.
    /// </summary>
    private static readonly TimeSpan Slowly = TimeSpan.FromMinutes(10);

    public static FetchState Judge(ImageSnapshot s)
    {
        if (s.Model is not DeclaredModel.OnHub { Storage: not null } hub)
        {
            return new FetchState.Unneeded();
        }

        if (s.KnownModel is not { Commit: { } commit })
        {
            return new FetchState.Unresolved();
        }

        var claim = ModelMountPolicy.ClaimOf(s, hub, commit);
        if (claim?.FetchedBytes is { } there)
        {
            return new FetchState.Fetched(claim, there);
        }

        var name = ModelClaim.NameOf(s.Image, hub, commit);
        var attempt = AttemptsOf(s.Status, name) + 1;
        var job = JobOf(s, hub, commit, attempt);
        if (job is null)
        {
            return RetryAt(s, name) is { } until && until > s.Now
                ? new FetchState.Pausing(name, until)
                : new FetchState.Due(name, attempt);
        }

        if (s.Weights.ForeignPods.FirstOrDefault(p => p.JobUid == job.Metadata.Uid) is { } foreign)
        {
            return new FetchState.Failed(
                name,
                attempt,
                job,
                new FetchReport.Failed(ImageReason.Reconciling.NotOurs, foreign.Message, MayPass: true)
            );
        }

        var observed = Observe(s, job);
        if (job.IsFinished && observed.AwaitsPod(s.Now))
        {
            // Its end and its pod's come over two watches, and the pod's has the cause.
            return new FetchState.Running(name, job, Hindrance: null);
        }

        // The container's end counts: one that others put beside it may fail, or keep the Job running.
        return job.HasSucceeded || observed.EndOf(FetchContainer.Name) is { ExitCode: 0 }
                ? Succeeded(s, name, attempt, claim, job)
            : job.HasFailed || IsHeldOpen(s, job) ? new FetchState.Failed(name, attempt, job, Failure(s, job))
            : new FetchState.Running(name, job, HindranceOf(s, job, claim));
    }

    /// <summary>
    /// Decides whether a Job has done its work and never ends by itself, for what others put into its pod goes on.
    /// </summary>
    public static bool IsHeldOpen(ImageSnapshot s, V1Job job) =>
        Observe(s, job).HeldOpenBy(FetchContainer.Name, Containers) is not null;

    private static ObservedJob Observe(ImageSnapshot s, V1Job job) =>
        new(job, PodsOf(s.Weights, job), s.Weights.Events);

    /// <summary>Returns the Job of an attempt; null when there is none.</summary>
    public static V1Job? JobOf(ImageSnapshot s, DeclaredModel.OnHub hub, HubCommit commit, int attempt)
    {
        var name = FetchJob.NameOf(s.Image, hub, commit, attempt);
        return s.Workload.Jobs.FirstOrDefault(j => j.Metadata.Name == name);
    }

    /// <summary>Returns the claim that is being deleted and has the name of the next one; null when none is.</summary>
    public static V1PersistentVolumeClaim? LeavingClaim(ImageSnapshot s) =>
        s is { Model: DeclaredModel.OnHub { Storage: not null } hub, KnownModel.Commit: { } commit }
        && ModelClaim.NameOf(s.Image, hub, commit) is var name
            ? s.Weights.Claims.FirstOrDefault(c => c.Metadata.Name == name && c.Metadata.DeletionTimestamp is not null)
            : null;

    /// <summary>Returns the pods of a Job, newest first.</summary>
    public static IReadOnlyList<V1Pod> PodsOf(WeightsFacts weights, V1Job job) =>
        [.. weights.Pods.Where(p => p.IsControlledBy(job.Metadata.Uid))];

    /// <summary>Returns how many attempts have failed for a claim.</summary>
    public static int AttemptsOf(GemmaBaseImageStatus status, string claim) =>
        status.Model is { Fetch: { } fetch } model && model.Claim == claim ? fetch.Attempts : 0;

    /// <summary>Returns the pause after an attempt: what may pass is tried again soon, and slower each time.</summary>
    public static TimeSpan PauseAfter(int attempt, bool mayPass) =>
        mayPass ? TimeSpan.FromSeconds(Math.Min(600, 10 * Math.Pow(2, Math.Clamp(attempt, 1, 10) - 1))) : Slowly;

    /// <summary>Returns when to look again though nothing changes (UTC); null when only a change matters.</summary>
    public static DateTime? NextLook(ImageSnapshot s) =>
        Judge(s) switch
        {
            FetchState.Running running => new[]
            {
                s.Now + Look,
                PodEventsPolicy.NextLook(Observe(s, running.Job), s.Now),
            }.Min(),
            FetchState.Pausing pausing => pausing.Until,
            _ => null,
        };

    /// <summary>A changed spec may have mended what failed: it isn't made to wait.</summary>
    private static DateTime? RetryAt(ImageSnapshot s, string claim) =>
        s.Status.Model is { Fetch: { } fetch } model
        && model.Claim == claim
        && (s.Status.ObservedGeneration ?? s.Image.Metadata.Generation) == s.Image.Metadata.Generation
            ? fetch.RetryAt
            : null;

    /// <summary>
    /// A Job that filled a claim which was deleted since says nothing of the claim that is there now.
    /// </summary>
    private static FetchState Succeeded(
        ImageSnapshot s,
        string name,
        int attempt,
        V1PersistentVolumeClaim? claim,
        V1Job job
    ) =>
        claim is not null && job.ClaimUid == claim.Metadata.Uid
            ? new FetchState.Arrived(
                claim,
                EndOf(s, job) is FetchReport.Done done ? done.Bytes : s.KnownModel?.SizeBytes ?? 0
            )
            : new FetchState.Due(name, attempt, Outlived: job);

    private static FetchReport? EndOf(ImageSnapshot s, V1Job job) =>
        PodsOf(s.Weights, job)
            .Select(p => FetchReport.ReadEnd(p.StatusOf(FetchContainer.Name)?.State?.Terminated?.Message))
            .FirstOrDefault(report => report is not null);

    /// <summary>What a pod was killed by is nobody's fault: no memory, an eviction, a lost node.</summary>
    private static FetchReport.Failed Failure(ImageSnapshot s, V1Job job)
    {
        if (EndOf(s, job) is FetchReport.Failed told)
        {
            return told;
        }

        if (JobFailure.Read(Observe(s, job), FetchContainer.Name) is JobFailure.Injected injected)
        {
            return new FetchReport.Failed(
                "InjectedContainerFailed",
                $"{ForeignContainer.Name(injected.Container, Pod)} failed: {injected.Detail}",
                MayPass: true
            );
        }

        var words = PodsOf(s.Weights, job)
            .Select(p =>
                p.StatusOf(FetchContainer.Name) is { State.Terminated: { ExitCode: not 0 } } ended
                    ? LastTermination.Of(ended)
                : p.Status is { Phase: "Failed", Reason: { Length: > 0 } reason } ? $"{reason}: {p.Status.Message}"
                : null
            )
            .FirstOrDefault(w => w is not null);
        return new FetchReport.Failed(
            Interrupted,
            words ?? $"Job {job.Metadata.Name} failed: {job.Failure?.Message ?? job.Failure?.Reason}",
            MayPass: true
        );
    }

    /// <summary>A pod says that its claim isn't bound, if that; the claim says why.</summary>
    private static FetchHindrance? HindranceOf(ImageSnapshot s, V1Job job, V1PersistentVolumeClaim? claim)
    {
        if (
            claim is { Status.Phase: "Pending" }
            && s.Weights.Events.LastOrDefault(e => e.Object == claim.Metadata.Name && e.Reason == "ProvisioningFailed")
                is { } refused
        )
        {
            return new FetchHindrance(
                $"PersistentVolumeClaim {claim.Metadata.Name} gets no volume: {refused.Message}; see "
                    + "spec.rollout.server.model.hub.storage: another class, size or access mode makes another claim",
                s.Now - (job.Metadata.CreationTimestamp ?? s.Now) >= VolumeBound
            );
        }

        var observed = Observe(s, job);
        if (PodStartProblem.Read(observed) is not { } problem)
        {
            return null;
        }

        var isForeign = problem.Container is { } name && name != FetchContainer.Name;
        return isForeign && observed.NewestPod?.StatusOf(FetchContainer.Name)?.State is { Running: not null }
            ? null
            : new FetchHindrance(
                isForeign ? ForeignContainer.Describe(problem, Pod, "fetch") : problem.Message,
                problem.HasLasted(new DateTimeOffset(s.Now))
            );
    }
}
