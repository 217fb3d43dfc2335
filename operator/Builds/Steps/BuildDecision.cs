using GemmaOperator.Api.Builds;

namespace GemmaOperator.Builds.Steps;

/// <summary>The next step of a GemmaBuild. Every one of them may be repeated without harm.</summary>
internal abstract record BuildDecision
{
    private BuildDecision() { }

    /// <summary>It has ended, well or badly, or goes away.</summary>
    public sealed record Finished : BuildDecision;

    /// <summary>Create the context and the Job of attempt <paramref name="Attempt"/>, counted from 1.</summary>
    public sealed record StartJob(int Attempt) : BuildDecision;

    /// <summary>
    /// It could start, but as many builds run as may (<paramref name="Most"/>): it is <paramref name="Position"/>th,
    /// counted from 1, of <paramref name="Length"/> that wait.
    /// </summary>
    public sealed record Queue(int Position, int Length, int Most) : BuildDecision;

    /// <summary>
    /// The Job runs; <paramref name="Message"/> says what holds it up, and <paramref name="IsPending"/> that something
    /// does; look again at <paramref name="Until"/> (UTC), if not before.
    /// </summary>
    public sealed record AwaitJob(string Job, string Message, DateTime? Until, int Attempt = 1, bool IsPending = false)
        : BuildDecision;

    /// <summary>
    /// The cache doesn't have the Job that was started: ask for it, for the cache may only be behind. If it is gone,
    /// attempt <paramref name="Next"/> follows, or with null the build has failed.
    /// </summary>
    public sealed record SeekJob(string Job, int? Next, BuildFailure Lost) : BuildDecision;

    /// <summary>The Job's pod can't start and has had its time: delete the Job and fail.</summary>
    public sealed record GiveUp(string Job, BuildFailure Failure) : BuildDecision;

    /// <summary>As <see cref="GiveUp"/>, but it may go better: attempt <paramref name="Next"/> follows.</summary>
    public sealed record StartOver(string Job, int Next, BuildFailure Last) : BuildDecision;

    /// <summary>
    /// A transient failure: attempt <paramref name="Attempt"/> starts at <paramref name="At"/> (UTC).
    /// </summary>
    public sealed record BackOff(int Attempt, DateTime At, BuildFailure Last) : BuildDecision;

    /// <summary>
    /// The Job says it pushed <paramref name="Digest"/> (null: it says nothing readable): ask the registry.
    /// </summary>
    public sealed record ConfirmPush(string? Digest) : BuildDecision;

    /// <summary>
    /// The parent asked to build on a base image that is there already, and has <paramref name="Proved"/> this much.
    /// </summary>
    public sealed record ReuseBase(ImageStatus Base, VerificationStatus? Proved) : BuildDecision;

    /// <summary>Look at the candidate's config in the registry.</summary>
    public sealed record Inspect(ImageStatus Candidate) : BuildDecision;

    /// <summary>Run the candidate; attempt <paramref name="Attempt"/>, counted from 1.</summary>
    public sealed record StartVerify(int Attempt) : BuildDecision;

    /// <summary>As <see cref="AwaitJob"/>, for the Job that runs the candidate.</summary>
    public sealed record AwaitVerify(string Job, string Message, DateTime? Until) : BuildDecision;

    /// <summary>Scan the candidate; attempt <paramref name="Attempt"/>, counted from 1.</summary>
    public sealed record StartScan(int Attempt) : BuildDecision;

    /// <summary>As <see cref="AwaitJob"/>, for the Job that scans the candidate.</summary>
    public sealed record AwaitScan(string Job, string Message, DateTime? Until) : BuildDecision;

    /// <summary>The scan came to no result: delete its Job, so that the next one can start.</summary>
    public sealed record RetryScan(string Job, int Retries) : BuildDecision;

    /// <summary>
    /// The candidate has proved itself so far; a <paramref name="Job"/> that has nothing more to say is deleted.
    /// </summary>
    public sealed record Accept(VerificationStatus Found, string? Job = null) : BuildDecision;

    /// <summary>
    /// The candidate is no good: it keeps its unique tag and goes no further. As above for <paramref name="Job"/>.
    /// </summary>
    public sealed record Reject(BuildFailure Failure, VerificationStatus? Found, string? Job = null) : BuildDecision;

    /// <summary>Put the server's layers on the candidate, in the registry.</summary>
    public sealed record Assemble(ImageStatus Candidate, ApplicationTemplate Application) : BuildDecision;

    /// <summary>Move the alias tags to the candidate.</summary>
    public sealed record Promote(ImageStatus Candidate) : BuildDecision;

    /// <summary>Stop what runs and say that it was asked for.</summary>
    public sealed record Cancel(IReadOnlyList<string> Jobs) : BuildDecision;

    public sealed record Fail(BuildFailure Failure) : BuildDecision;
}
