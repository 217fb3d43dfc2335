using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using Operator.Tests.Trials.Months.World;

namespace Operator.Tests.Trials.Months;

/// <summary>
/// One object's simulated month: the product's reconcilers in a world where what the plan says goes wrong, then a
/// while in which nothing does, then its deletion. The same seed gives the same month.
/// </summary>
internal sealed class Month : IDisposable
{
    /// <summary>Bounds how long all may take to settle once nothing fails: two builds, and their pauses.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromHours(30);

    private readonly int _days;
    private readonly FaultPlan _plan;
    private readonly SimTime _time = new();
    private readonly SimRegistry _registry = new();
    private readonly List<string> _broken = [];
    private readonly SimStore _store;
    private readonly Dice _dice;
    private readonly SimFaults _faults;
    private readonly SimJobs _jobs;
    private readonly SimDeployments _deployments;
    private readonly SimPeople _people;
    private readonly Promises _promises;
    private readonly List<(SimOperator Old, Task Run, DateTime At)> _late = [];
    private SimOperator _operator;
    private (SimOperator Operator, DateTime Until)? _rival;

    private Month(int seed, int days, FaultPlan plan)
    {
        (_days, _plan) = (days, plan);
        _dice = new Dice(seed);
        _store = new SimStore(_time, Trial.Trace is { } file ? $"{file}.{seed}" : null);
        _faults = new SimFaults(_dice, plan);
        _jobs = new SimJobs(_store, _registry, _faults, _time, _dice);
        _deployments = new SimDeployments(_store, _faults, _time, _dice);
        _people = new SimPeople(_store, _registry, _time, seed, plan, days);
        _promises = new Promises(_store, _registry, _jobs, _deployments, _people, _time, _broken);
        _operator = Start();
    }

    public int Reconciles { get; private set; }

    public int Builds => _promises.Builds;

    public int Faults => _faults.Injected;

    public int Lives { get; private set; }

    /// <summary>Gets how often two processes led at once.</summary>
    public int Contests { get; private set; }

    /// <summary>Gets what stands for all that happened: the same in every run of the same month.</summary>
    public string Trace { get; private set; } = "";

    /// <summary>Gets what people did, for the report of a failure.</summary>
    public string Acts => "    " + string.Join("; ", _people.Did);

    /// <summary>Lives through a month; returns what was promised and wasn't kept.</summary>
    public static (IReadOnlyList<string> Broken, Month Lived) Live(int seed, int days, FaultPlan plan)
    {
        using var month = new Month(seed, days, plan);
        SimLoop.Run(
            month._time,
            async () =>
            {
                await month.RunAsync();
                return true;
            }
        );
        return (month._broken, month);
    }

    public void Dispose()
    {
        Trace = _store.Trace;
        _rival?.Operator.Dispose();
        _operator.Dispose();
        _registry.Dispose();
        _store.Dispose();
    }

    private SimOperator Start()
    {
        Lives++;
        return new SimOperator(_store, _registry, _faults, _dice, _plan, _time, _broken.Add);
    }

    private async Task RunAsync()
    {
        await _registry.FillAsync();
        _people.Begin();
        await PassAsync(_time.Now.AddDays(_days));
        (_faults.IsOn, _time.Off) = (false, TimeSpan.Zero);
        EndRival();
        Replace();
        await PassAsync(_time.Now + Patience);
        if (_people.MindWhatIsWrong())
        {
            await PassAsync(_time.Now + Patience);
        }

        var before = _operator.Reconciles;
        var quiet = _time.Now;
        _promises.CheckSettled();
        await PassAsync(_time.Now.AddHours(1));
        if (_operator.Reconciles - before > 60 * (_store.List<GemmaBuild>().Count + 1))
        {
            _broken.Add($"{_operator.Reconciles - before} reconciles in an hour in which nothing happened");
        }

        _promises.CheckQuietSince(quiet);
        _store.Delete(typeof(GemmaBaseImage), new(SimPeople.Namespace, SimPeople.Name));
        await PassAsync(_time.Now.AddHours(1));
        _promises.CheckNothingLeft();
        Reconciles += _operator.Reconciles;
    }

    /// <summary>Lets time pass, from one thing that happens to the next.</summary>
    private async Task PassAsync(DateTime end)
    {
        for (var steps = 0; _time.Now < end && _broken.Count == 0; steps++)
        {
            if (steps > 400_000)
            {
                _broken.Add("a hot loop: 400,000 things have happened");
            }

            _store.CollectGarbage();
            await _people.StepAsync();
            await _jobs.StepAsync();
            _deployments.Step();
            SetClock();
            await ArriveAsync();
            Contest();
            await StepAsync();
            _promises.Check();
            _time.GoOn(Next(end));
        }
    }

    /// <summary>Lets the operator work, and whoever leads beside it, each of whose requests may come between.</summary>
    private async Task StepAsync()
    {
        var rival = _rival?.Operator;
        var rivals = rival?.StepAsync() ?? Task.FromResult<Task?>(null);
        var run = await _operator.StepAsync();
        if (await rivals is { } left)
        {
            Leave(rival!, left);
            Reconciles += rival!.Reconciles;
            _rival = null;
        }
        else if (rival?.Life.IsDead == true)
        {
            EndRival();
        }

        if (run is not null)
        {
            Leave(_operator, run);
            Replace(keep: true);
        }
        else if (_operator.Life.IsDead)
        {
            Replace();
        }
    }

    /// <summary>Leaves a process behind whose write is on its way, while another leads already.</summary>
    private void Leave(SimOperator old, Task run)
    {
        old.Life.Depose();
        _late.Add((old, run, _time.Now + TimeSpan.FromSeconds(_dice.For("late").Next(1, 120))));
    }

    /// <summary>Lets another process lead while the one before still thinks that it does, or ends that.</summary>
    private void Contest()
    {
        if (_rival is { } rival)
        {
            if (rival.Until <= _time.Now)
            {
                EndRival();
            }
        }
        else if (
            _faults.IsOn
            && _plan.TwoLeaders > 0
            && _store.List<GemmaBuild>().Any(b => !b.IsFinished)
            && _dice.For("rival").NextDouble() < _plan.TwoLeaders
        )
        {
            _rival = (_operator, _time.Now.AddSeconds(_dice.For("reign").Next(5, 300)));
            _operator.Life.IsContested = true;
            _operator = Start();
            _operator.Life.IsContested = true;
            Contests++;
        }
    }

    private void EndRival()
    {
        if (_rival is { Operator: var old })
        {
            old.Life.Depose();
            Reconciles += old.Reconciles;
            old.Dispose();
        }

        _rival = null;
        _operator.Life.IsContested = false;
    }

    private DateTime Next(DateTime end)
    {
        var next = new[]
        {
            end,
            _operator.Next,
            _people.Next,
            _jobs.Next,
            _deployments.Next,
            _late.Count > 0 ? _late.Min(l => l.At) : null,
            _rival?.Operator.Next,
            _rival?.Until,
        }
            .Min()!
            .Value;
        var least = _time.Now.AddMilliseconds(100);
        return next < least ? least : next;
    }

    private async Task ArriveAsync()
    {
        foreach (var (old, run, at) in _late.ToList())
        {
            if (at <= _time.Now)
            {
                old.Life.LetGo();
                await run;
                old.Dispose();
                _late.RemoveAll(l => l.Run == run);
            }
        }
    }

    private void Replace(bool keep = false)
    {
        Reconciles += _operator.Reconciles;
        if (!keep)
        {
            _operator.Dispose();
        }

        _operator = Start();
        _operator.Life.IsContested = _rival is not null;
    }

    /// <summary>Now and then the operator's clock is wrong for some hours.</summary>
    private void SetClock()
    {
        if (_plan.Clock > TimeSpan.Zero && _faults.IsOn && _time.Now.Minute == 0 && _time.Now.Second < 30)
        {
            _time.Off = _dice.For($"clock {_time.Now:dd HH}").Next(24) switch
            {
                0 => _plan.Clock,
                1 => -_plan.Clock,
                < 8 => TimeSpan.Zero,
                _ => _time.Off,
            };
        }
    }
}
