using GemmaOperator.Runtime.Contracts;
using GemmaOperator.Runtime.Leadership;
using Microsoft.Extensions.Logging.Abstractions;

namespace Operator.Tests.Runtime.Leadership;

/// <summary>One replica: its own process and clock, its own line to the shared lease.</summary>
internal sealed class Candidate : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _run;

    /// <param name="leases">Shared with the others.</param>
    /// <param name="name">Identity.</param>
    /// <param name="work">What a term does; null: it waits to be cancelled and ends at once.</param>
    public Candidate(FakeLeases leases, string name, Func<CancellationToken, Task>? work = null)
    {
        Line = leases.Connect();
        Clock = new JumpingClock(World.Time);
        var options = new LeaderElectionOptions
        {
            Namespace = "n",
            Name = "lease",
            Identity = name,
        };
        Elector = new LeaderElector(
            new LeaseClient(Line, options, Clock),
            options,
            leads => Leads = leads,
            reason => Exited ??= World.Time.GetUtcNow(),
            Clock,
            NullLogger<LeaderElector>.Instance
        );
        _run = World.Start(() => Elector.RunAsync(TermAsync, _stop.Token));

        async Task TermAsync(CancellationToken cancelled)
        {
            Terms++;
            IsWorking = true;
            await (work ?? UntilCancelledAsync)(cancelled);
            IsWorking = false;
        }
    }

    public FakeWorld World { get; } = new();

    /// <summary>What it takes for the time.</summary>
    public JumpingClock Clock { get; }

    public FakeLeases.Line Line { get; }

    public LeaderElector Elector { get; }

    public bool Leads { get; private set; }

    public bool IsWorking { get; private set; }

    public int Terms { get; private set; }

    /// <summary>When the process would have been ended.</summary>
    public DateTimeOffset? Exited { get; private set; }

    public bool HasEnded => _run.IsCompletedSuccessfully;

    public bool MayWrite
    {
        get
        {
            try
            {
                Elector.EnsureOpen();
                return true;
            }
            catch (LeadershipLostException)
            {
                return false;
            }
        }
    }

    public void Stop() =>
        _ = World.Start(() =>
        {
            _stop.Cancel();
            return Task.CompletedTask;
        });

    public void Dispose() => _stop.Dispose();

    private static async Task UntilCancelledAsync(CancellationToken cancelled) =>
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancelled)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
}
