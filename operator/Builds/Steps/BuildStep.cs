using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Cluster;
using GemmaOperator.Cluster.Faults;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Runtime.Contracts;

namespace GemmaOperator.Builds.Steps;

/// <summary>
/// Represents the next step of a GemmaBuild: a noun that knows what carrying it out leads to. Every step may be
/// repeated without harm. A step derives from <see cref="BuildStep{TResult}"/> with the type of its own result, so that
/// leaving out its status, its event, its next look or its slot doesn't compile, and no step can be handed another's
/// result.
/// <code>
///                                 ╭────────────── BackOff ◄── may pass, and retries are left ──╮
///                                 ▼                                                            │
///   WaitForSlot ◄─► StartKaniko ─► AwaitJob ─► ConfirmPush ─╮      any Job: AwaitJob ──────────┤ fails
///                                   │  ▲                    │                                  │
///                                SeekJob, StartOver         │                                  ╰─► GiveUp, Reject
///   ReuseBase ──────────────────────────────────────────────┤
///                                                           ▼
///              Inspect ─► StartVerify ─► AwaitJob ─► KeepContents ─► Accept ─► StartScan ─► AwaitJob ─► Accept
///                                                                                                          │
///                          Finished ◄── Promote ◄── Assemble ◄── AwaitApproval ◄── EndUnchanged, or else ◄─╯
///   MoveAliasTags tries again, of a build that has ended well, what Promote couldn't move.
///   Cancel ends it from anywhere; Inspect, StartVerify, StartScan and Assemble only where they are asked for.
/// </code>
/// A build for several platforms takes the steps up to the last Accept once for each (WorkOnPlatforms); JoinPlatforms
/// makes one candidate of theirs, and the rest is as ever.
/// The order is the list of rules in <c>Builds/Reconcile/BuildPlanner</c>.
/// </summary>
internal abstract record BuildStep
{
    private protected BuildStep() { }

    /// <summary>Gets the reason of the Reconciling condition while something holds the step up.</summary>
    public abstract string Stage { get; }

    /// <summary>Gets what keeps the build from going on while it is at this step; null when nothing does.</summary>
    public virtual BuildHold? HeldBy => null;

    /// <summary>Gets what the step does to the build's slot.</summary>
    public abstract SlotUse Slot { get; }

    /// <summary>Carries the step out, and says what came of it.</summary>
    public abstract Task<StepReport> RunAsync(BuildSnapshot s, StepTools tools, CancellationToken cancellationToken);

    /// <summary>Gets where the fields of the objects come from that the step writes.</summary>
    public virtual SpecFields Fields(BuildSnapshot s) => SpecFields.None;

    /// <summary>Says what an obstacle leads to, which is the same for every step.</summary>
    public StepReport After(BuildSnapshot s, StepObstacle obstacle)
    {
        var now = obstacle.Within(s);
        var after = now.Fold(s, this);
        return new StepReport(after, now.Tell(s), now.Next(s, after), IsDone: false);
    }

    /// <summary>Gets the hosts of the registries that it asks; none for a step that asks none.</summary>
    public virtual IReadOnlyList<string> RegistriesOf(BuildSnapshot s) => [];
}

/// <summary>Carries out a step whose result is of one type, and reports what came of it.</summary>
/// <typeparam name="TResult">What carrying it out leads to, unless an obstacle is in the way.</typeparam>
internal abstract record BuildStep<TResult> : BuildStep
    where TResult : notnull
{
    public sealed override async Task<StepReport> RunAsync(
        BuildSnapshot s,
        StepTools tools,
        CancellationToken cancellationToken
    )
    {
        StepOutcome<TResult> outcome;
        try
        {
            outcome = await RegistryExecutor.InTurnAsync(
                RegistriesOf(s),
                tools,
                token => CarryOutAsync(s, tools, token),
                cancellationToken
            );
        }
        catch (RegistryException e)
        {
            return After(s, StepObstacle.Of(e));
        }
        catch (KubeApiException e) when (e.IsRefusal)
        {
            return After(s, new StepObstacle.Refused(ObjectRefusal.Of(e, Fields(s))));
        }

        return outcome.Obstacle is { } obstacle ? After(s, obstacle) : After(s, outcome.Result);
    }

    /// <summary>Gets whether having carried it out means that nothing stalls the build.</summary>
    protected virtual bool EndsStall => true;

    /// <summary>Says what a result leads to.</summary>
    public StepReport After(BuildSnapshot s, TResult result)
    {
        var after = Fold(s, StatusFold.Begin(s), result);
        return new StepReport(EndsStall ? after.Moving() : after, Tell(s, result), NextLook(s, result), IsDone: true);
    }

    /// <summary>Does the I/O of the step; the outcome holds all that it learns.</summary>
    protected abstract Task<StepOutcome<TResult>> CarryOutAsync(
        BuildSnapshot s,
        StepTools tools,
        CancellationToken cancellationToken
    );

    /// <summary>Folds the result into the status.</summary>
    /// <param name="s">What the step was decided from.</param>
    /// <param name="status">The status so far, begun.</param>
    /// <param name="result">What came of the step.</param>
    protected abstract GemmaBuildStatus Fold(BuildSnapshot s, GemmaBuildStatus status, TResult result);

    /// <summary>Renders the event; null when there is nothing to tell.</summary>
    protected abstract EventText? Tell(BuildSnapshot s, TResult result);

    /// <summary>Decides when to look again.</summary>
    protected abstract LookAgain NextLook(BuildSnapshot s, TResult result);
}

/// <summary>Represents a step with nothing to carry out: it waits, or the status says it all.</summary>
internal abstract record PassiveStep : BuildStep<Nothing>
{
    protected sealed override Task<StepOutcome<Nothing>> CarryOutAsync(
        BuildSnapshot s,
        StepTools tools,
        CancellationToken cancellationToken
    ) => Task.FromResult<StepOutcome<Nothing>>(default(Nothing));
}
