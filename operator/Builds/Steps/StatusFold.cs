using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Failures;
using GemmaOperator.Cluster;

namespace GemmaOperator.Builds.Steps;

/// <summary>Holds what the steps' folds of a status have in common.</summary>
internal static class StatusFold
{
    /// <summary>Begins a status: what a build takes and costs counts from its first step that isn't waiting.</summary>
    public static GemmaBuildStatus Begin(BuildSnapshot s) =>
        s.Status with
        {
            ObservedGeneration = s.Build.Metadata.Generation,
            ConfirmedOwner = s.Build.Metadata.OwnerReferences?.FirstOrDefault(o => o.Controller == true)?.Uid,
            StartTime = s.Status.StartTime ?? Conditions.WholeSeconds(s.Now),
            AwaitingRegistrySince = null,
        };

    /// <summary>Says what it is at.</summary>
    /// <param name="status">The status so far.</param>
    /// <param name="s">What was decided from.</param>
    /// <param name="reason">Reason of the conditions, for people.</param>
    /// <param name="message">The same in a sentence.</param>
    /// <param name="heldBy">What keeps it from going on, for decisions; null when nothing does.</param>
    public static GemmaBuildStatus Progressing(
        this GemmaBuildStatus status,
        BuildSnapshot s,
        string reason,
        string message,
        BuildHold? heldBy = null
    )
    {
        var (conditions, said) = (Of(status, s), s.Said(message));
        conditions.Unknown(ConditionType.Succeeded, reason, said);
        conditions.True(ConditionType.Reconciling, reason, said);
        conditions.Remove(ConditionType.Stalled);
        return status with
        {
            Conditions = conditions.List,
            HeldBy = heldBy is { } hold ? WireEnum<BuildHold>.From(hold) : null,
        };
    }

    /// <summary>Says that nothing goes on until somebody else acts; it is tried again all the same.</summary>
    public static GemmaBuildStatus Stalling(
        this GemmaBuildStatus status,
        BuildSnapshot s,
        string reason,
        string message,
        BuildHold heldBy
    )
    {
        var (conditions, said) = (Of(status, s), s.Said(message));
        conditions.Unknown(ConditionType.Succeeded, reason, said);
        conditions.True(ConditionType.Stalled, reason, said);
        conditions.Remove(ConditionType.Reconciling);
        return status with { Conditions = conditions.List, HeldBy = WireEnum<BuildHold>.From(heldBy) };
    }

    /// <summary>Takes back what stalled it: a step was carried out.</summary>
    public static GemmaBuildStatus Moving(this GemmaBuildStatus status) =>
        status.Conditions.Any(c => c.Type == ConditionType.Stalled)
            ? status with
            {
                Conditions = [.. status.Conditions.Where(c => c.Type != ConditionType.Stalled)],
            }
            : status;

    /// <summary>Says what follows, now that the base image is where it is.</summary>
    public static GemmaBuildStatus Advancing(this GemmaBuildStatus status, BuildSnapshot s) =>
        OpenProof.IsOpen(s.Spec.Template, status)
            ? status.Progressing(
                s,
                ImageReason.Reconciling.Verifying,
                "The base image is in the registry and proves itself now"
            )
            : status.Progressing(
                s,
                ImageReason.Reconciling.Assembling,
                "The base image is in the registry; what follows is made there"
            );

    /// <summary>Ends it well.</summary>
    /// <param name="status">The status so far.</param>
    /// <param name="s">What was decided from.</param>
    /// <param name="at">When it ended (UTC).</param>
    /// <param name="message">What it came to.</param>
    /// <param name="reason">One of <see cref="ImageReason.BuildSucceeded"/>.</param>
    public static GemmaBuildStatus Succeeding(
        this GemmaBuildStatus status,
        BuildSnapshot s,
        DateTime at,
        string message,
        string reason = ImageReason.BuildSucceeded.Completed
    )
    {
        var conditions = Of(status, s);
        conditions.True(ConditionType.Succeeded, reason, message);
        conditions.Remove(ConditionType.Reconciling);
        conditions.Remove(ConditionType.Stalled);
        return status with
        {
            Conditions = conditions.List,
            HeldBy = null,
            CompletionTime = Conditions.WholeSeconds(at),
        };
    }

    /// <summary>Ends it badly, and with it whatever ran.</summary>
    public static GemmaBuildStatus Failing(this GemmaBuildStatus status, BuildSnapshot s, ClassifiedFailure failure)
    {
        var (conditions, said) = (Of(status, s), s.Said(failure.Failure.Message));
        conditions.False(ConditionType.Succeeded, failure.Reason.Name, said);
        conditions.Remove(ConditionType.Reconciling);
        conditions.Remove(ConditionType.Stalled);
        return status with
        {
            Conditions = conditions.List,
            HeldBy = null,
            Failure = failure.Failure with
            {
                Message = said,
                Kind = failure.Kind is { } kind ? WireEnum<FailureKind>.From(kind) : null,
            },
            CredentialsVersion = status.CredentialsVersion ?? s.CredentialsVersion,
            AwaitingRegistrySince = null,
            Steps = status.Steps.EndRunning("Failed", s.Now),
            Platforms = status.Platforms is { } platforms
                ? [.. platforms.Select(p => p with { Steps = p.Steps.EndRunning("Failed", s.Now) })]
                : null,
            CompletionTime = Conditions.WholeSeconds(s.Now),
        };
    }

    /// <summary>Renders the event of a failure.</summary>
    /// <param name="failure">What failed.</param>
    /// <param name="action">What was being done.</param>
    public static EventText Tell(this ClassifiedFailure failure, string action) =>
        new(true, failure.Reason.Name, action, failure.Failure.Message);

    /// <summary>Names the platform that a sentence is about, where the build is for several.</summary>
    public static string Said(this BuildSnapshot s, string message) =>
        s.Spec.Template.Part is { } part ? $"{part.Text}: {message}" : message;

    private static Conditions Of(GemmaBuildStatus status, BuildSnapshot s) =>
        new(status.Conditions, s.Build.Metadata.Generation ?? 0, s.Now);
}
