using GemmaOperator.Runtime.Control;
using GemmaOperator.Runtime.Queueing;
using Prometheus;

namespace GemmaOperator.Runtime.Metrics;

/// <summary>Writes one controller's share of the metrics.</summary>
internal sealed class ControllerMetrics(ControllerMetricFamilies families, string name) : IControllerObserver
{
    // controller-runtime's priorities: 0, and -100 for resyncs and first lists.
    private readonly Gauge.Child[] _depth =
    [
        families.Depth.WithLabels(name, name, "0"),
        families.Depth.WithLabels(name, name, "-100"),
    ];

    private readonly Counter.Child _adds = families.Adds.WithLabels(name, name);
    private readonly Counter.Child _retries = families.Retries.WithLabels(name, name);
    private readonly Histogram.Child _queueDuration = families.QueueDuration.WithLabels(name, name);
    private readonly Histogram.Child _workDuration = families.WorkDuration.WithLabels(name, name);
    private readonly Histogram.Child _reconcileTime = families.ReconcileTime.WithLabels(name);
    private readonly Gauge.Child _active = families.ActiveWorkers.WithLabels(name);

    public void Added(Lane lane)
    {
        _adds.Inc();
        _depth[(int)lane].Inc();
    }

    public void Promoted()
    {
        _depth[(int)Lane.Background].Dec();
        _depth[(int)Lane.Change].Inc();
    }

    public void Taken(Lane lane, TimeSpan waited)
    {
        _depth[(int)lane].Dec();
        _queueDuration.Observe(waited.TotalSeconds);
    }

    public void Finished(TimeSpan worked) => _workDuration.Observe(worked.TotalSeconds);

    public void Retried() => _retries.Inc();

    public void WorkersAre(int count) => families.MaxConcurrent.WithLabels(name).Set(count);

    public void Started() => _active.Inc();

    public void Ended(Attempt attempt, TimeSpan took)
    {
        _active.Dec();
        _reconcileTime.Observe(took.TotalSeconds);
        families.Reconciles.WithLabels(name, ResultOf(attempt)).Inc();
        switch (attempt.Outcome)
        {
            case AttemptOutcome.Panic:
                families.Panics.WithLabels(name).Inc();
                families.Errors.WithLabels(name).Inc();
                break;
            case AttemptOutcome.TimedOut:
                families.Timeouts.WithLabels(name).Inc();
                families.Errors.WithLabels(name).Inc();
                break;
            case AttemptOutcome.Failure:
                families.Errors.WithLabels(name).Inc();
                break;
        }
    }

    private static string ResultOf(Attempt attempt) =>
        attempt switch
        {
            { Outcome: AttemptOutcome.Success, AsksForMore: true } => "requeue",
            { Outcome: AttemptOutcome.Success, RequeueAfter: not null } => "requeue_after",
            { Outcome: AttemptOutcome.Success } => "success",
            { Outcome: AttemptOutcome.Interrupted } => "requeue",
            _ => "error",
        };
}
