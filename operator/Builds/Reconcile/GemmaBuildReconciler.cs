using System.Diagnostics;
using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Queue;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Cluster;
using GemmaOperator.Cluster.Faults;
using GemmaOperator.Metrics;
using GemmaOperator.Runtime.Contracts;
using Microsoft.Extensions.Logging;

namespace GemmaOperator.Builds.Reconcile;

/// <summary>Takes one GemmaBuild from its inputs to a published image, a step at a time.</summary>
internal sealed partial class GemmaBuildReconciler(
    BuildGatherer gatherer,
    BuildSlots slots,
    StepTools tools,
    StatusWriter status,
    EventPublisher announcer,
    FaultReport faults,
    FleetMetrics metrics,
    ILogger<GemmaBuildReconciler> logger
) : IEntityController<GemmaBuild>
{
    /// <summary>Names a tag of the reconcile's trace.</summary>
    public const string RuleTag = "gemmaoperator.rule";
    public const string StepTag = "gemmaoperator.step";

    public async Task<ReconciliationResult<GemmaBuild>> ReconcileAsync(
        GemmaBuild entity,
        CancellationToken cancellationToken
    )
    {
        var snapshot = await gatherer.GatherAsync(entity, cancellationToken);
        var decided = BuildPlanner.Decide(snapshot);
        var step = slots.Admit(entity, decided.Decision);
        Trace(entity, decided.Rule, step);
        var report = await RunAsync(snapshot, step, cancellationToken);
        var isOvertaken = await status.WriteAsync(entity, report.Status, cancellationToken);
        if (entity.Status?.CompletionTime is null && report.Status.CompletionTime is not null)
        {
            metrics.Ended(entity, report.Status);
            BuildTrace.Ended(entity, report.Status);
        }

        announcer.Announce(entity, report.Event);
        foreach (var more in report.MoreEvents)
        {
            announcer.Announce(entity, more);
        }

        return report.Next switch
        {
            // Nothing else wakes a build for the Job that it leaves behind.
            _ when BuildPlanner.LeavesJob(snapshot, step, report) => ReconciliationResult<GemmaBuild>.Again(entity),
            LookAgain.Now => ReconciliationResult<GemmaBuild>.Again(entity),
            LookAgain.After later when !isOvertaken => ReconciliationResult<GemmaBuild>.Success(entity, later.Wait),
            _ when isOvertaken => ReconciliationResult<GemmaBuild>.Again(entity),
            _ => ReconciliationResult<GemmaBuild>.Success(entity),
        };
    }

    /// <inheritdoc/>
    public Task FailedAsync(GemmaBuild entity, Exception error, CancellationToken cancellationToken) =>
        faults.TellAsync(entity, error, cancellationToken);

    /// <summary>Frees the build's slot; owner references take its Jobs and their context away.</summary>
    public Task<ReconciliationResult<GemmaBuild>> DeletedAsync(GemmaBuild entity, CancellationToken cancellationToken)
    {
        slots.Release(entity);
        status.Forget(entity);
        return Task.FromResult(ReconciliationResult<GemmaBuild>.Success(entity));
    }

    /// <summary>
    /// Carries the step out. A slot that led to no Job goes to others meanwhile, and so does that of a build that has
    /// ended, however it did: no later pass is sure to come for it.
    /// </summary>
    private async Task<StepReport> RunAsync(BuildSnapshot snapshot, BuildStep step, CancellationToken cancellationToken)
    {
        StepReport? report = null;
        try
        {
            return report = await step.RunAsync(snapshot, tools, cancellationToken);
        }
        finally
        {
            if ((step.Slot == SlotUse.Take && report?.IsDone != true) || report?.Status.CompletionTime is not null)
            {
                slots.Release(snapshot.Build);
            }
        }
    }

    /// <summary>Records which rule decided, so that one can look it up.</summary>
    private void Trace(GemmaBuild build, string rule, BuildStep step)
    {
        var name = step.GetType().Name;
        Activity
            .Current?.SetTag(RuleTag, rule)
            .SetTag(StepTag, name)
            .SetTag("gemma.build.trace_id", BuildTrace.IdOf(build.Metadata.Uid)?.ToHexString());
        Log.Decided(logger, build.Metadata.NamespaceProperty, build.Metadata.Name, rule, name);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 720, Level = LogLevel.Debug, Message = "{Namespace}/{Name}: {Step}, since {Rule}.")]
        public static partial void Decided(ILogger logger, string nameSpace, string name, string rule, string step);
    }
}
