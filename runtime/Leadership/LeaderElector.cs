using GemmaOperator.Runtime.Client;
using GemmaOperator.Runtime.Contracts;
using Microsoft.Extensions.Logging;

namespace GemmaOperator.Runtime.Leadership;

/// <summary>
/// Lets one of several processes work. A term ends when the lease couldn't be renewed for the renew
/// deadline, or is seen in other hands; its work is cancelled at once and must have ended before the lease
/// runs out, or the process exits.
/// <code>
///   renewed ├────────── renew deadline ──────────┤── cancel, wait ──┤ exit
///           ├──────────────────── lease duration ──────────────────────┤ others may start
/// </code>
/// </summary>
internal sealed partial class LeaderElector(
    LeaseClient lease,
    LeaderElectionOptions options,
    Action<bool> leads,
    Action<string> exit,
    TimeProvider time,
    ILogger<LeaderElector> logger
) : IWriteFence
{
    /// <summary>Leaves room between the last moment work may end and the first at which another may begin.</summary>
    private const double Margin = 0.2;

    private readonly long _origin = time.GetTimestamp();
    private readonly LeaseState _state = new(options.Identity, options.Duration);

    /// <summary>
    /// Holds when the newest successful renewal was sent, in ticks since the origin; negative: not leading.
    /// </summary>
    private long _renewedAt = -1;

    private volatile string? _problem;

    /// <summary>
    /// Gets why the lease can't be had for a reason that only a person can change; null: there is none.
    /// </summary>
    public string? Problem => _problem;

    private TimeSpan Now => time.GetElapsedTime(_origin);

    /// <summary>
    /// Throws as soon as a renewal is overdue, even if this process was paused and hasn't noticed otherwise.
    /// </summary>
    public void EnsureOpen()
    {
        if (!IsFresh())
        {
            throw new LeadershipLostException(
                $"{options.Identity} no longer holds lease {options.Namespace}/{options.Name}"
            );
        }
    }

    /// <summary>
    /// Runs <paramref name="term"/> whenever this process leads, until stopped; then gives the lease up.
    /// </summary>
    public async Task RunAsync(Func<CancellationToken, Task> term, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            if (await TryAsync(stopping))
            {
                await LeadAsync(term, stopping);
            }
            else
            {
                await PauseAsync(stopping);
            }
        }
    }

    private async Task LeadAsync(Func<CancellationToken, Task> term, CancellationToken stopping)
    {
        Log.Leading(logger, options.Identity, options.Namespace, options.Name);
        leads(true);
        using var work = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var working = StartAsync(term, work.Token);
        await HoldAsync(working, stopping);
        CancelNow(work);
        if (stopping.IsCancellationRequested)
        {
            await StopAsync(working);
        }
        else
        {
            await EndAsync(working);
        }

        Interlocked.Exchange(ref _renewedAt, -1);
        leads(false);
    }

    /// <summary>Cancels on this very thread: a thread pool that is exhausted must not put it off.</summary>
    private static void CancelNow(CancellationTokenSource work) => work.Cancel();

    private static async Task StartAsync(Func<CancellationToken, Task> term, CancellationToken working)
    {
        // Renewing mustn't wait for what a term does before its first await.
        await Task.Yield();
        await term(working);
    }

    /// <summary>Renews until it can't, until stopped or until the work ends by itself.</summary>
    private async Task HoldAsync(Task working, CancellationToken stopping)
    {
        while (IsFresh() && !stopping.IsCancellationRequested && !working.IsCompleted)
        {
            await PauseAsync(stopping);
            if (!stopping.IsCancellationRequested && !await TryAsync(stopping) && Interlocked.Read(ref _renewedAt) < 0)
            {
                Log.Taken(logger, options.Identity, options.Namespace, options.Name);
                return;
            }
        }

        if (!stopping.IsCancellationRequested)
        {
            Log.Lost(logger, options.Identity, options.Namespace, options.Name, options.RenewDeadline);
        }
    }

    /// <summary>Keeps the lease, when stopping, until the work has ended, then gives it up.</summary>
    private async Task StopAsync(Task working)
    {
        await EndAsync(working);
        using var limit = new CancellationTokenSource(options.RetryPeriod, time);
        try
        {
            if (await lease.ReadAsync(limit.Token) is { } mine && mine.Spec?.HolderIdentity == options.Identity)
            {
                await lease.ReleaseAsync(mine, limit.Token);
                Log.Released(logger, options.Identity, options.Namespace, options.Name);
            }
        }
        catch (Exception e) when (e is KubeApiException or OperationCanceledException)
        {
            // It runs out by itself.
            Log.Failed(logger, options.Identity, options.Namespace, options.Name, e.Message);
        }
    }

    private async Task EndAsync(Task working)
    {
        var last = TimeSpan.FromTicks(Math.Max(0, Interlocked.Read(ref _renewedAt)));
        var left = last + options.Duration - ((options.Duration - options.RenewDeadline) * Margin) - Now;
        // Past that, as after a pause, nothing can be written any more: work only needs a moment to see it's cancelled.
        var least = options.RetryPeriod / 2;
        try
        {
            await working.WaitAsync(left > least ? left : least, time);
        }
        catch (TimeoutException)
        {
            exit(
                $"Work of a lost term didn't end in time; lease {options.Namespace}/{options.Name} may pass to another."
            );
        }
        catch (OperationCanceledException)
        {
            // Its way to end.
        }
    }

    /// <summary>Tries once to get or keep the lease; returns true when it is ours.</summary>
    private async Task<bool> TryAsync(CancellationToken stopping)
    {
        using var limit = new CancellationTokenSource(AtMost(options.RenewDeadline / 2), time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(stopping, limit.Token);
        try
        {
            var current = await lease.ReadAsync(both.Token);
            // Counted from before the write: whoever sees the renewal sees it later than this.
            var sentAt = Now;
            switch (_state.Next(current, sentAt))
            {
                case LeaseMove.Create:
                    await lease.CreateAsync(both.Token);
                    break;
                case LeaseMove.Take:
                    await lease.TakeAsync(current!, both.Token);
                    break;
                case LeaseMove.Renew:
                    await lease.RenewAsync(current!, both.Token);
                    break;
                case LeaseMove.Wait:
                    _problem = null;
                    Interlocked.Exchange(ref _renewedAt, -1);
                    return false;
            }

            Interlocked.Exchange(ref _renewedAt, sentAt.Ticks);
            _problem = null;
            return true;
        }
        catch (KubeApiException e) when (e.IsConflict || e.IsAlreadyExists)
        {
            // Another was faster; who it was shows in the next read.
            return false;
        }
        catch (KubeApiException e)
        {
            var error = e.Explanation;
            _problem = e.IsTransient ? _problem : error;
            Log.Failed(logger, options.Identity, options.Namespace, options.Name, error);
            return false;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        catch (Exception e)
        {
            // Whoever can't ask for some unforeseen reason can't renew: the same as being cut off.
            Log.Failed(logger, options.Identity, options.Namespace, options.Name, e.Message);
            return false;
        }
    }

    private bool IsFresh() => Left() > TimeSpan.Zero;

    /// <summary>Returns the time until a renewal is overdue; null while not leading.</summary>
    private TimeSpan? Left() =>
        Interlocked.Read(ref _renewedAt) is >= 0 and var ticks
            ? TimeSpan.FromTicks(ticks) + options.RenewDeadline - Now
            : null;

    /// <summary>Shortens a wait: a leader must notice on time that it isn't one any more.</summary>
    private TimeSpan AtMost(TimeSpan wanted) =>
        Left() is not { } left || wanted < left ? wanted
        : left > TimeSpan.Zero ? left
        : TimeSpan.FromMilliseconds(1);

    private async Task PauseAsync(CancellationToken stopping)
    {
        // Candidates that started together shouldn't stay in step.
        var pause = AtMost(options.RetryPeriod * (0.9 + (0.2 * Random.Shared.NextDouble())));
        await Task.Delay(pause, time, stopping)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    private static partial class Log
    {
        [LoggerMessage(
            EventId = 400,
            Level = LogLevel.Information,
            Message = "{Identity} leads by lease {Namespace}/{Name}."
        )]
        public static partial void Leading(ILogger logger, string identity, string nameSpace, string name);

        [LoggerMessage(
            EventId = 401,
            Level = LogLevel.Warning,
            Message = "{Identity} couldn't renew lease {Namespace}/{Name} for {Deadline} and stops its work."
        )]
        public static partial void Lost(
            ILogger logger,
            string identity,
            string nameSpace,
            string name,
            TimeSpan deadline
        );

        [LoggerMessage(
            EventId = 402,
            Level = LogLevel.Warning,
            Message = "{Identity} saw lease {Namespace}/{Name} in other hands and stops its work."
        )]
        public static partial void Taken(ILogger logger, string identity, string nameSpace, string name);

        [LoggerMessage(
            EventId = 403,
            Level = LogLevel.Information,
            Message = "{Identity} gave up lease {Namespace}/{Name}."
        )]
        public static partial void Released(ILogger logger, string identity, string nameSpace, string name);

        [LoggerMessage(
            EventId = 404,
            Level = LogLevel.Warning,
            Message = "{Identity} and lease {Namespace}/{Name}: {Error}"
        )]
        public static partial void Failed(ILogger logger, string identity, string nameSpace, string name, string error);
    }
}
