using System.Collections.Concurrent;

namespace Operator.Tests.Trials.Months.World;

/// <summary>
/// Runs a simulated world on one thread, in one order: what is to go on goes on here, one after the other, and when
/// nothing can, time does.
/// </summary>
internal sealed class SimLoop : SynchronizationContext
{
    /// <summary>Bounds how long the world may wait for something of the real one.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly BlockingCollection<(SendOrPostCallback Go, object? State)> _posted = [];
    private readonly SimTime _time;

    private SimLoop(SimTime time) => _time = time;

    /// <summary>Runs a world to its end, in the time of its own.</summary>
    public static T Run<T>(SimTime time, Func<Task<T>> world)
    {
        var (loop, before) = (new SimLoop(time), Current);
        SetSynchronizationContext(loop);
        try
        {
            var all = world();
            while (!all.IsCompleted)
            {
                loop.GoOn();
            }

            return all.GetAwaiter().GetResult();
        }
        finally
        {
            SetSynchronizationContext(before);
            loop._posted.Dispose();
        }
    }

    /// <summary>
    /// Waits for something of the real world, a file for instance, while the simulated one stands still.
    /// </summary>
    public static T Still<T>(Func<Task<T>> outside)
    {
        var before = Current;
        SetSynchronizationContext(null);
        try
        {
            return outside().GetAwaiter().GetResult();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    public override void Post(SendOrPostCallback d, object? state) => _posted.Add((d, state));

    public override SynchronizationContext CreateCopy() => this;

    private void GoOn()
    {
        if (!_posted.TryTake(out var next) && !_time.Ring())
        {
            if (!_posted.TryTake(out next, Patience))
            {
                throw new AssertionException("the simulated world stands still");
            }
        }

        next.Go?.Invoke(next.State);
    }
}
