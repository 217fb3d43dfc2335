using GemmaOperator.Api.Builds;
using GemmaOperator.Cluster;
using k8s.Models;

namespace GemmaOperator.Builds.Steps.Jobs;

/// <summary>Keeps the ledger of one step's attempts, as <c>status.steps</c> stores it.</summary>
/// <param name="Attempts">Jobs started.</param>
/// <param name="Job">Name of the newest one; null when its attempt is over and the Job forgotten.</param>
/// <param name="RetryAt">When the next attempt starts (UTC), once that was announced; null before.</param>
/// <param name="Uid">
/// Uid that the API server gave that Job; null where a release that didn't note it made it.
/// </param>
internal sealed record StepRun(int Attempts, string? Job, DateTime? RetryAt = null, string? Uid = null)
{
    public static readonly StepRun None = new(0, null);

    /// <summary>Gets the attempt that is followed or started now, from 1.</summary>
    public int Current => Job is null ? Attempts + 1 : Math.Max(Attempts, 1);

    public static StepRun Read(BuildSnapshot s, JobStep step) =>
        s.Status.Steps.FirstOrDefault(line => line.Name == step.Name) is { Attempts: { } attempts } line
            ? new StepRun(attempts, line.Job, line.RetryAt, line.JobUid)
            : step.ReadOlder(s);

    /// <summary>Decides whether a Job of that name is another: names are used again, uids aren't.</summary>
    public bool IsAnother(V1Job job) => Uid is not null && Uid != job.Metadata.Uid;

    /// <summary>Returns the ledger with what the caches have of a Job that a release without uids made.</summary>
    public StepRun Seen(BuildSnapshot s) =>
        Uid is null && Job is { } name
            ? this with
            {
                Uid = s.Jobs.FirstOrDefault(j => j.Metadata.Name == name)?.Metadata.Uid,
            }
            : this;

    /// <summary>Returns the ledger after the attempt has ended: it has no Job any more.</summary>
    public StepRun Over(int next) => new(next - 1, null);

    /// <summary>Returns the ledger with the next attempt announced.</summary>
    public StepRun Announced(DateTime at) => this with { RetryAt = Conditions.WholeSeconds(at) };

    /// <summary>Writes the step's line, and begins one where there is none.</summary>
    public GemmaBuildStatus Write(GemmaBuildStatus status, JobStep step, DateTime now) =>
        step.Mirror(
            status with
            {
                Steps =
                [
                    .. status
                        .Steps.Start(step.Name, now)
                        .Select(line =>
                            line.Name == step.Name
                                ? line with
                                {
                                    Attempts = Attempts,
                                    Job = Job,
                                    JobUid = Job is null ? null : Uid,
                                    RetryAt = RetryAt,
                                }
                                : line
                        ),
                ],
            },
            this
        );
}
