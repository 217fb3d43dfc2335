using GemmaOperator.Hosting;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.Identities;
using Prometheus;

namespace Operator.Tests.Trials.Months.World;

/// <summary>
/// One life of the operator: all that its own host puts together, run one key at a time, in simulated time.
/// </summary>
internal sealed class SimOperator : IDisposable
{
    private readonly SimTime _time;
    private readonly SimHost _host;
    private readonly HttpClient _http;
    private readonly CloudIdentities _identities;
    private readonly OperatorParts _parts;

    public SimOperator(
        SimStore store,
        SimRegistry registry,
        SimFaults faults,
        Dice dice,
        FaultPlan plan,
        SimTime time,
        Action<string> broken
    )
    {
        _time = time;
        _host = new SimHost(new SimApi(store, faults, Life), new SimFeeds(store, dice, plan), Life, time, broken);
        _http = registry.ClientOf(Life, faults);
        _identities = CloudIdentities.Here(_http, time);
        var options = Options();
        _parts = new OperatorParts(
            _host,
            options,
            _http,
            _identities,
            EgressSettings.For(options),
            time,
            Prometheus.Metrics.NewCustomRegistry()
        );
        foreach (var feed in _host.Feeds)
        {
            feed.List();
        }

        foreach (var controller in _host.Controllers)
        {
            controller.AddAll();
        }
    }

    public SimLife Life { get; } = new();

    /// <summary>Gets how many reconciles there were.</summary>
    public int Reconciles { get; private set; }

    /// <summary>Gets when it has something to do next (UTC).</summary>
    public DateTime? Next => _host.Feeds.Select(f => f.Due).Concat(_host.Controllers.Select(c => c.Due)).Min();

    /// <summary>
    /// Does what is due. Returns the reconcile that waits for a write of its own to arrive; null when none does.
    /// </summary>
    public async Task<Task?> StepAsync()
    {
        while (_host.Feeds.Where(f => f.Due <= _time.Now).MinBy(f => f.Due) is { } feed)
        {
            feed.Take();
        }

        foreach (var controller in _host.Controllers)
        {
            while (!Life.IsDead && controller.Take() is { } key)
            {
                Reconciles++;
                var run = controller.RunAsync(key);
                if (await Task.WhenAny(run, Life.HeldUp) != run)
                {
                    return run;
                }

                await run;
            }
        }

        return null;
    }

    public void Dispose()
    {
        _parts.Dispose();
        _identities.Dispose();
        _http.Dispose();
    }

    private static OperatorOptions Options() =>
        new()
        {
            Namespaces = [SimPeople.Namespace],
            Mirrors = RegistryMirrors.TryParse([$"docker.io={SimRegistry.Host}/hub"], out var mirrors, out var error)
                ? mirrors
                : throw new FormatException(error),
            InsecureRegistries = [SimRegistry.Host],
            MaxBuilds = 4,
            OperatorImage = "registry.example/gemma-operator:1.0.0",
        };
}
