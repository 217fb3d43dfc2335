using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Steps.Verify;
using GemmaOperator.Cluster;

namespace GemmaOperator.Builds.Steps;

/// <summary>What carrying out a <see cref="BuildDecision"/> led to.</summary>
internal abstract record BuildOutcome
{
    private BuildOutcome() { }

    /// <summary>There was nothing to carry out.</summary>
    public sealed record Nothing : BuildOutcome;

    public sealed record JobStarted(string Job) : BuildOutcome;

    public sealed record PushConfirmed(ImageStatus Candidate) : BuildOutcome;

    /// <summary>What the candidate's config says, and what that comes to.</summary>
    public sealed record Inspected(VerifyVerdict Verdict) : BuildOutcome;

    /// <summary>Done at <paramref name="At"/> (UTC).</summary>
    public sealed record Assembled(ImageStatus Application, DateTime At) : BuildOutcome;

    /// <summary>Done at <paramref name="At"/> (UTC).</summary>
    public sealed record Promoted(ImageStatus Base, DateTime At) : BuildOutcome;

    public sealed record Canceled : BuildOutcome;

    /// <summary>The API server doesn't have the Job that was sought.</summary>
    public sealed record JobGone : BuildOutcome;

    /// <summary>It can't work as it is: the build fails.</summary>
    public sealed record Impossible(BuildFailure Failure) : BuildOutcome;

    /// <summary>What it needs can't be created: others have the name.</summary>
    public sealed record Blocked(NameTaken By) : BuildOutcome;

    /// <summary>The other side couldn't answer: tried again with backoff.</summary>
    public sealed record Unavailable(string Message) : BuildOutcome;
}
