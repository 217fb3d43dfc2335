using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace Operator.Tests.Runtime;

/// <summary>
/// A process with a clock of its own, in which code runs only when told to: on one thread, in order, so that an hour of
/// renewals is over in milliseconds and comes out the same every time.
/// </summary>
internal sealed class FakeWorld : SynchronizationContext
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentQueue<(SendOrPostCallback Callback, object? State)> _work = new();

    public FakeTimeProvider Time { get; } = new();

    public override void Post(SendOrPostCallback d, object? state) => _work.Enqueue((d, state));

    /// <summary>Starts something in this world.</summary>
    public Task Start(Func<Task> action)
    {
        var started = Task.CompletedTask;
        Inside(() => started = action());
        Drain();
        return started;
    }

    /// <summary>Lets time pass while the code runs.</summary>
    public void Advance(TimeSpan by)
    {
        for (var passed = TimeSpan.Zero; passed < by; passed += Step)
        {
            Inside(() => Time.Advance(Step));
            Drain();
        }
    }

    /// <summary>Lets time pass while the code stands still, as in a paused process.</summary>
    public void Freeze(TimeSpan by) => Inside(() => Time.Advance(by));

    /// <summary>Runs what is due, until nothing is.</summary>
    public void Drain()
    {
        while (_work.TryDequeue(out var work))
        {
            Inside(() => work.Callback(work.State));
        }
    }

    private void Inside(Action action)
    {
        var outside = Current;
        SetSynchronizationContext(this);
        try
        {
            action();
        }
        finally
        {
            SetSynchronizationContext(outside);
        }
    }
}
