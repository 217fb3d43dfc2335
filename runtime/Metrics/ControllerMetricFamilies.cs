using Prometheus;

namespace GemmaOperator.Runtime.Metrics;

/// <summary>Holds the metric families that all controllers share; each controller is a label value.</summary>
internal sealed class ControllerMetricFamilies(MetricFactory make)
{
    // csharpier-ignore
    private static readonly double[] ReconcileSeconds =
    [
        0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35,
        0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.25, 1.5,
        1.75, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5, 6, 7,
        8, 9, 10, 15, 20, 25, 30, 40, 50, 60,
    ];

    private static readonly HistogramConfiguration Reconcile = new() { Buckets = ReconcileSeconds };

    private static readonly HistogramConfiguration Waiting = new()
    {
        Buckets = Histogram.ExponentialBuckets(1e-8, 10, 12),
    };

    public Counter Reconciles { get; } =
        make.CreateCounter("controller_runtime_reconcile_total", "Reconciles by result.", "controller", "result");

    public Counter Errors { get; } =
        make.CreateCounter("controller_runtime_reconcile_errors_total", "Reconciles that failed.", "controller");

    public Counter Panics { get; } =
        make.CreateCounter(
            "controller_runtime_reconcile_panics_total",
            "Reconciles that threw what nobody expected.",
            "controller"
        );

    public Counter Timeouts { get; } =
        make.CreateCounter(
            "controller_runtime_reconcile_timeouts_total",
            "Reconciles that took longer than allowed.",
            "controller"
        );

    public Histogram ReconcileTime { get; } =
        make.CreateHistogram(
            "controller_runtime_reconcile_time_seconds",
            "Time per reconcile.",
            ["controller"],
            Reconcile
        );

    public Gauge MaxConcurrent { get; } =
        make.CreateGauge("controller_runtime_max_concurrent_reconciles", "Workers.", "controller");

    public Gauge ActiveWorkers { get; } =
        make.CreateGauge("controller_runtime_active_workers", "Workers that are busy.", "controller");

    public Gauge Depth { get; } =
        make.CreateGauge("workqueue_depth", "Keys waiting, by priority.", "name", "controller", "priority");

    public Counter Adds { get; } = make.CreateCounter("workqueue_adds_total", "Keys added.", "name", "controller");

    public Counter Retries { get; } =
        make.CreateCounter("workqueue_retries_total", "Keys retried.", "name", "controller");

    public Histogram QueueDuration { get; } =
        make.CreateHistogram(
            "workqueue_queue_duration_seconds",
            "Time keys wait for a worker.",
            ["name", "controller"],
            Waiting
        );

    public Gauge UnfinishedWork { get; } =
        make.CreateGauge(
            "workqueue_unfinished_work_seconds",
            "Sum of the time that keys have been held by workers so far.",
            "name",
            "controller"
        );

    public Gauge LongestRunning { get; } =
        make.CreateGauge(
            "workqueue_longest_running_processor_seconds",
            "Time that the longest held key has been held so far.",
            "name",
            "controller"
        );

    public Histogram WorkDuration { get; } =
        make.CreateHistogram(
            "workqueue_work_duration_seconds",
            "Time workers hold keys.",
            ["name", "controller"],
            Waiting
        );
}
