using System.Diagnostics;
using GemmaOperator.Runtime.Client;
using GemmaOperator.Runtime.Contracts;
using GemmaOperator.Runtime.Queueing;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;

namespace GemmaOperator.Runtime.Control;

/// <summary>Runs workers that take keys from a queue, reconcile them, and put back what isn't finished.</summary>
internal sealed partial class Controller<TEntity>(
    string name,
    Reconciler<TEntity> reconciler,
    IIndexer<TEntity> cache,
    Tombstones<TEntity> tombstones,
    WorkQueue<ObjectKey> queue,
    WriteLedger ledger,
    Func<string?, bool> isOpen,
    ControllerOptions options,
    IControllerObserver? observer,
    TimeProvider time,
    ILogger logger
) : IController
    where TEntity : class, IKubernetesObject<V1ObjectMeta>
{
    /// <summary>Bounds telling of a failure: it is a courtesy, and a worker waits for it.</summary>
    private static readonly TimeSpan TellingLimit = TimeSpan.FromSeconds(20);

    private static readonly string Kind = KubeResource.Of<TEntity>().Kind;

    private readonly Requeuer _requeuer = new(name, queue, options.PassesInARow, logger);
    private readonly Lock _pace = new();
    private readonly RetryBuckets _passes = new(new TokenBucket(options.PassesPerSecond, options.PassBurst, time));
    private volatile bool _isWorking;

    public string Name => name;

    /// <summary>Gets whether it works: not on a standby, whose queue stays empty: it would only grow.</summary>
    public bool IsWorking => _isWorking;

    public async Task RunAsync(CancellationToken taking, CancellationToken working)
    {
        observer?.WorkersAre(options.Workers);
        // In this order: a change is in the cache before anybody asks whether we work, so it
        // comes in by one way or both.
        _isWorking = true;
        AddAll();
        try
        {
            await RunLoopsAsync(taking, working);
        }
        finally
        {
            _isWorking = false;
        }
    }

    private async Task RunLoopsAsync(CancellationToken taking, CancellationToken working)
    {
        IEnumerable<Task> loops =
        [
            .. Enumerable
                .Range(0, options.Workers)
                .Select(_ => Task.Run(() => WorkAsync(taking, working), CancellationToken.None)),
            ResyncAsync(taking),
        ];
        await foreach (var ended in Task.WhenEach(loops))
        {
            // One that breaks is told at once: behind those that go on it would never be seen.
            await ended;
        }
    }

    public string? Trouble()
    {
        var limit = (2 * options.ReconcileTimeout) + TimeSpan.FromSeconds(30);
        var stuck = queue.Processing().Where(p => p.For > limit).Select(p => $"{p.Key} for {p.For:c}").ToList();
        return stuck.Count == 0 ? null : $"{name}: reconciles that don't end: {string.Join(", ", stuck)}";
    }

    private async Task WorkAsync(CancellationToken taking, CancellationToken working)
    {
        while (true)
        {
            ObjectKey key;
            try
            {
                key = await queue.TakeAsync(taking);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            try
            {
                if (!isOpen(key.Namespace))
                {
                    // Its namespace can't be read whole: all of it comes again when it can.
                }
                else if (ledger.MustWait(key) is { } bound)
                {
                    queue.AddAfter(key, bound, Lane.Change);
                }
                else if (Pace(key) is var wait && wait > TimeSpan.Zero)
                {
                    queue.AddAfter(key, wait, Lane.Change);
                }
                else
                {
                    await HandleAsync(key, working);
                }
            }
            finally
            {
                queue.Done(key);
            }
        }
    }

    /// <summary>Returns how long the key must wait for its next pass; zero: it has begun.</summary>
    private TimeSpan Pace(ObjectKey key)
    {
        lock (_pace)
        {
            return _passes.Wait(key.ToString());
        }
    }

    private async Task HandleAsync(ObjectKey key, CancellationToken working)
    {
        var id = Guid.NewGuid().ToString("N");
        using var activity = ReconcileTracing.Source.StartActivity($"reconcile {name}");
        activity
            ?.SetTag("k8s.object.kind", Kind)
            .SetTag("k8s.namespace.name", key.Namespace)
            .SetTag("k8s.object.name", key.Name)
            .SetTag("reconcile.id", id);
        using var scope = logger.BeginScope(
            new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["kind"] = Kind,
                ["namespace"] = key.Namespace,
                ["name"] = key.Name,
                ["reconcileID"] = id,
            }
        );

        observer?.Started();
        var started = time.GetTimestamp();
        var writes = WriteScope.Begin();
        var attempt = await AttemptAsync(key, working);
        ledger.Remember(key, writes);
        var took = time.GetElapsedTime(started);
        observer?.Ended(attempt, took);
        activity?.SetStatus(
            attempt.Outcome == AttemptOutcome.Success ? ActivityStatusCode.Ok : ActivityStatusCode.Error,
            attempt.Message
        );
        _requeuer.Requeue(key, attempt, took);
    }

    private async Task<Attempt> AttemptAsync(ObjectKey key, CancellationToken working)
    {
        var attempt = await TryAsync(key, working);
        if (
            attempt is { Outcome: AttemptOutcome.Panic or AttemptOutcome.TimedOut or AttemptOutcome.Failure }
            && attempt.Error is { } error
        )
        {
            await TellAsync(key, error, working);
        }

        return attempt;
    }

    private async Task TellAsync(ObjectKey key, Exception error, CancellationToken working)
    {
        using var limit = new CancellationTokenSource(TellingLimit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(working, limit.Token);
        try
        {
            await reconciler.TellAsync(key, error, both.Token);
        }
        catch (Exception e)
        {
            // The attempt's own line in the log has to do.
            Log.Untold(logger, name, key, e.Message);
        }
    }

    private async Task<Attempt> TryAsync(ObjectKey key, CancellationToken working)
    {
        using var limit = new CancellationTokenSource(options.ReconcileTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(working, limit.Token);
        try
        {
            return Attempt.Of(await reconciler.RunAsync(key, both.Token));
        }
        catch (Exception e) when (working.IsCancellationRequested || e is LeadershipLostException)
        {
            return new(AttemptOutcome.Interrupted, Message: e.Message, Error: e);
        }
        catch (OperationCanceledException e) when (limit.IsCancellationRequested)
        {
            return new(AttemptOutcome.TimedOut, Message: $"not done within {options.ReconcileTimeout:c}", Error: e);
        }
        catch (KubeApiException e)
        {
            return new(AttemptOutcome.Failure, e.RetryAfter, e.Message, e);
        }
        catch (Exception e)
        {
            // Whatever a controller throws is one object's trouble and never another's.
            return new(AttemptOutcome.Panic, Message: e.Message, Error: e);
        }
    }

    public void Wake(string ns)
    {
        foreach (var key in _isWorking ? cache.List(ns).Select(ObjectKey.Of).Concat(tombstones.Keys) : [])
        {
            queue.Add(key, Lane.Background);
        }
    }

    private void AddAll()
    {
        foreach (var key in cache.List().Select(ObjectKey.Of).Concat(tombstones.Keys))
        {
            queue.Add(key, Lane.Background);
        }
    }

    private async Task ResyncAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var spread = 0.9 + (0.2 * Random.Shared.NextDouble());
                await Task.Delay(options.ResyncPeriod * spread, time, cancellationToken);
                AddAll();
            }
        }
        catch (OperationCanceledException)
        {
            // The term is over.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            EventId = 304,
            Level = LogLevel.Warning,
            Message = "{Controller} {Key}: that it failed can't be told at the object: {Why}."
        )]
        public static partial void Untold(ILogger logger, string controller, ObjectKey key, string why);
    }
}
