using GemmaOperator.Runtime.Caching;
using GemmaOperator.Runtime.Client;
using GemmaOperator.Runtime.Control;
using Prometheus;

namespace GemmaOperator.Runtime.Metrics;

/// <summary>
/// Metrics under the names of controller-runtime and client-go, so that existing dashboards and alerts fit.
/// </summary>
internal sealed class RuntimeMetrics : ITransportObserver, IReflectorObserver
{
    // csharpier-ignore
    private static readonly double[] RequestSeconds =
    [
        0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 45.0, 60.0,
    ];

    private readonly Counter _requests;
    private readonly Histogram _requestDuration;
    private readonly Counter _lists;
    private readonly Histogram _listDuration;
    private readonly Counter _watches;
    private readonly Counter _shortWatches;
    private readonly Gauge _unreadable;
    private readonly Gauge _leader;
    private readonly ControllerMetricFamilies _controllers;

    public RuntimeMetrics(CollectorRegistry registry)
    {
        Registry = registry;
        var make = Prometheus.Metrics.WithCustomRegistry(registry);
        _requests = make.CreateCounter(
            "rest_client_requests_total",
            "HTTP requests by status code, method and host.",
            "code",
            "method",
            "host"
        );
        _requestDuration = make.CreateHistogram(
            "rest_client_request_duration_seconds",
            "Time until the head of an answer.",
            ["verb", "host"],
            new HistogramConfiguration { Buckets = RequestSeconds }
        );
        _lists = make.CreateCounter("reflector_lists_total", "Complete lists.", "name");
        _listDuration = make.CreateHistogram("reflector_list_duration_seconds", "Time a complete list took.", ["name"]);
        _watches = make.CreateCounter("reflector_watches_total", "Watches that have ended.", "name");
        _shortWatches = make.CreateCounter(
            "reflector_short_watches_total",
            "Watches that ended within a second without an event.",
            "name"
        );
        _unreadable = make.CreateGauge(
            "reflector_unreadable_objects",
            "Objects that exist but don't fit their type here; each has an event.",
            "name"
        );
        _leader = make.CreateGauge("leader_election_master_status", "1 while this process leads.", "name");
        _controllers = new ControllerMetricFamilies(make);
    }

    public CollectorRegistry Registry { get; }

    public IControllerObserver For(string controller) => new ControllerMetrics(_controllers, controller);

    /// <summary>Has the work in progress of a controller asked for whenever somebody scrapes.</summary>
    /// <param name="controller">Its name.</param>
    /// <param name="running">For how long each key has been held.</param>
    public void Follow(string controller, Func<IEnumerable<TimeSpan>> running) =>
        Registry.AddBeforeCollectCallback(() =>
        {
            var seconds = running().Select(t => t.TotalSeconds).ToList();
            _controllers.UnfinishedWork.WithLabels(controller, controller).Set(seconds.Sum());
            _controllers.LongestRunning.WithLabels(controller, controller).Set(seconds.DefaultIfEmpty(0).Max());
        });

    public void Leads(string lease, bool leads) => _leader.WithLabels(lease).Set(leads ? 1 : 0);

    public void Sent(string verb, string method, Uri host, int? code, TimeSpan took)
    {
        _requests.WithLabels(code?.ToString() ?? "<error>", method, host.Authority).Inc();
        _requestDuration.WithLabels(verb, host.Authority).Observe(took.TotalSeconds);
    }

    public void Listed(string resource, int items, TimeSpan took)
    {
        _lists.WithLabels(resource).Inc();
        _listDuration.WithLabels(resource).Observe(took.TotalSeconds);
    }

    public void Unreadable(string resource, int count) => _unreadable.WithLabels(resource).Set(count);

    public void WatchEnded(string resource, int events, TimeSpan lasted)
    {
        _watches.WithLabels(resource).Inc();
        if (events == 0 && lasted < TimeSpan.FromSeconds(1))
        {
            _shortWatches.WithLabels(resource).Inc();
        }
    }
}
