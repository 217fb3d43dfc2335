using GemmaOperator.Api.BaseImages;
using k8s.Models;
using Operator.Tests.Trials.Months.World;

namespace Operator.Tests.Trials.Years;

/// <summary>
/// A simulated year of a fleet with weekly schedules: the product's own controllers, in a world where packages move as
/// they did. The same seed gives the same year.
/// </summary>
internal sealed class Year : IDisposable
{
    private readonly SimTime _time = new(History.First);
    private readonly SimRegistry _registry = new();
    private readonly FaultPlan _plan = FaultPlan.None;
    private readonly List<string> _broken = [];
    private readonly DateTime _end;
    private readonly Dice _dice;
    private readonly SimStore _store;
    private readonly SimFaults _faults;
    private readonly SimJobs _jobs;
    private readonly SimDeployments _deployments;
    private readonly Troubles _troubles;
    private readonly Ledger _ledger;
    private SimOperator _operator;
    private DateTime _swept;

    private Year(int seed, int weeks, IReadOnlyList<string> names)
    {
        _end = _time.Now.AddDays(7 * weeks);
        _dice = new Dice(seed);
        _store = new SimStore(_time, Trial.Trace is { } file ? $"{file}.{seed}" : null);
        _faults = new SimFaults(_dice, _plan) { IsOn = false };
        var images = new YearImages(_store, _time);
        _jobs = new SimJobs(_store, _registry, _faults, _time, _dice) { Before = images.Before };
        _deployments = new SimDeployments(_store, _faults, _time, _dice);
        _troubles = new Troubles(_dice, _time.Now, 7 * weeks, _registry, _faults, _jobs);
        _ledger = new Ledger(_store, images, _time, names, _broken);
        _operator = Start();
    }

    public Ledger Ledger => _ledger;

    public int Reconciles { get; private set; }

    public int Lives { get; private set; }

    /// <summary>Gets what went wrong, for the report.</summary>
    public IReadOnlyList<string> Did => _troubles.Did;

    /// <summary>Lives through some weeks; returns what was promised and wasn't kept.</summary>
    public static (IReadOnlyList<string> Broken, Year Lived) Live(int seed, int weeks, IReadOnlyList<string> names)
    {
        using var year = new Year(seed, weeks, names);
        SimLoop.Run(
            year._time,
            async () =>
            {
                await year._registry.FillAsync();
                Fleet.Begin(year._store, names);
                await year.PassAsync();
                year._ledger.Close();
                return true;
            }
        );
        return (year._broken, year);
    }

    public void Dispose()
    {
        Reconciles += _operator.Reconciles;
        _operator.Dispose();
        _registry.Dispose();
        _store.Dispose();
    }

    private SimOperator Start()
    {
        Lives++;
        return new SimOperator(_store, _registry, _faults, _dice, _plan, _time, _broken.Add);
    }

    /// <summary>Lets time pass, from one thing that happens to the next.</summary>
    private async Task PassAsync()
    {
        while (_time.Now < _end && _broken.Count == 0)
        {
            _troubles.Step(_time.Now);
            Sweep();
            _store.CollectGarbage();
            await _jobs.StepAsync();
            _deployments.Step();
            await _operator.StepAsync();
            if (_operator.Life.IsDead)
            {
                Reconciles += _operator.Reconciles;
                _operator.Dispose();
                _operator = Start();
            }

            _ledger.Look();
            _time.GoOn(Next());
        }
    }

    private DateTime Next()
    {
        var next = new[] { _end, _operator.Next, _troubles.Next, _jobs.Next, _deployments.Next }.Min()!.Value;
        var least = _time.Now.AddMilliseconds(100);
        return next < least ? least : next;
    }

    /// <summary>Deletes Jobs whose time is over, as a cluster does, and what nobody reads any more.</summary>
    private void Sweep()
    {
        if (_time.Now < _swept.AddMinutes(30))
        {
            return;
        }

        _swept = _time.Now;
        _store.Forget(_time.Now.AddHours(-1));
        foreach (var job in _store.List<V1Job>())
        {
            if (
                job.Spec.TtlSecondsAfterFinished is { } seconds
                && job.Status?.Conditions?.FirstOrDefault()?.LastTransitionTime is { } ended
                && ended.AddSeconds(seconds) <= _time.Now
            )
            {
                _store.Delete(typeof(V1Job), new(job.Metadata.NamespaceProperty, job.Metadata.Name));
            }
        }
    }
}
