using GemmaOperator.Runtime.Caching;
using GemmaOperator.Runtime.Contracts;
using Microsoft.Extensions.Logging;

namespace GemmaOperator.Runtime.Host;

/// <content>What runs, in order: reach the server, fill the caches, lead, work.</content>
public sealed partial class ControllerHost
{
    private async Task RunAsync()
    {
        List<Task> mirrors = [];
        try
        {
            await _version.WaitAsync(_taking.Token);
            mirrors = StartInformers();
            await Task.WhenAll(_informers.All.Select(i => i.Synced)).WaitAsync(_taking.Token);
            Log.Synced(_logger, _informers.All.Count);
            _filled.TrySetResult();
            await (_elector?.RunAsync(WorkAsync, _taking.Token) ?? WorkAsync(_taking.Token));
        }
        catch (OperationCanceledException) when (_taking.IsCancellationRequested)
        {
            // Stopped before the work began.
        }
        catch (Exception e)
        {
            Log.Broken(_logger, e);
            throw;
        }
        finally
        {
            await _stopping.CancelAsync();
            await Task.WhenAll(mirrors).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private List<Task> StartInformers()
    {
        foreach (var informer in _informers.All)
        {
            informer.OnTurn(_namespaces.Turned);
            foreach (var ledger in _ledgers)
            {
                informer.OnProgress(ledger.Progressed);
            }
        }

        return [.. _informers.All.Select(i => Task.Run(() => i.RunAsync(_stopping.Token), CancellationToken.None))];
    }

    /// <summary>Runs one term. Stopping lets reconciles finish for a while; a lost term doesn't.</summary>
    private async Task WorkAsync(CancellationToken term)
    {
        using var working = new CancellationTokenSource();
        await using var end = term.Register(() => _ = EndAsync(working));
        _begins.ForEach(begin => begin());
        _isWorking = true;
        _working.TrySetResult();
        foreach (var informer in _informers.All)
        {
            foreach (var bad in informer.Unreadable)
            {
                Tell(bad);
            }
        }

        try
        {
            await foreach (var ended in Task.WhenEach(_controllers.Select(c => c.RunAsync(term, working.Token))))
            {
                await ended;
            }

            // A host without controllers is one of caches alone: it, too, goes on until it is told to stop.
            await Task.Delay(Timeout.InfiniteTimeSpan, Time, term)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            _isWorking = false;
        }
    }

    /// <summary>Tells only while working. A standby is silent: the leader sees the same.</summary>
    private void TellIfWorking(Unreadable bad)
    {
        if (_isWorking)
        {
            Tell(bad);
        }
    }

    private void Tell(Unreadable bad)
    {
        var note =
            $"This operator can't read the object and goes on with what it read before: {bad.Why}. "
            + "Correct the field, or install the CRDs of the operator's release.";
        _events.Publish(bad, EventType.Warning, "Unreadable", "Read", note);
    }

    private async Task EndAsync(CancellationTokenSource working)
    {
        try
        {
            if (_taking.IsCancellationRequested)
            {
                await Task.Delay(_options.DrainTimeout, Time, _stopping.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            await working.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // The work ended by itself in the meantime.
        }
    }

    /// <summary>One of several namespaces that can't be read is a note; all of them are a problem.</summary>
    private bool IsProblem(ReflectorHealth health) =>
        !health.IsReady
        && (health.Namespace is not { } ns || _namespaces.IsAllRefused || _namespaces.Refused.All(r => r.Key != ns));

    private string Describe(ReflectorHealth health)
    {
        var where = _options.Namespaces.Count > 1 ? $" in namespace {health.Namespace}" : "";
        var how = health.HasSynced ? $"the cache is {health.FailingFor:c} behind" : "not listed yet";
        return $"{health.Resource}{where}: {how}{(health.LastError is { } error ? $"; {error}" : "")}";
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 600, Level = LogLevel.Information, Message = "{Count} caches are complete.")]
        public static partial void Synced(ILogger logger, int count);

        [LoggerMessage(
            EventId = 601,
            Level = LogLevel.Critical,
            Message = "A loop broke that never should; the process is not live."
        )]
        public static partial void Broken(ILogger logger, Exception e);
    }
}
