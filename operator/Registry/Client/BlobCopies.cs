using System.Collections.Concurrent;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Manifests;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Registry.Client;

/// <summary>
/// Copies blobs between repositories, as streams, beside those who wait for them: a layer may take longer than a
/// reconcile may. A copy goes on while somebody asks for it, a few at a time, and none is made twice at once.
/// </summary>
internal sealed class BlobCopies(TimeProvider time) : IDisposable
{
    /// <summary>Bounds memory and traffic: each copy has one small buffer and two connections.</summary>
    private const int AtOnce = 6;

    /// <summary>Bounds the same for one namespace: registries that never end hold up its own copies alone.</summary>
    private const int AtOnceOfOne = 3;

    /// <summary>Bounds one copy: 10 GB at 1.5 MB/s. The next try begins anew.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromHours(2);

    /// <summary>What nobody has asked for so long, nobody wants any more: its build was stopped.</summary>
    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(2);

    private readonly SemaphoreSlim _turns = new(AtOnce, AtOnce);
    private readonly Lock _gate = new();

    /// <summary>Holds the turns of namespaces that have copies under way, and how many of those.</summary>
    private readonly Dictionary<string, (SemaphoreSlim Turns, int Users)> _ofOne = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(ImageRepository Target, ImageDigest Digest), Copy> _under = new();

    /// <summary>
    /// Starts what isn't under way, waits for all of it for a while, and returns the blobs that aren't there yet: none
    /// when all is done.
    /// </summary>
    /// <exception cref="RegistryException">One couldn't be copied; asking again tries it again.</exception>
    public async Task<IReadOnlyList<Descriptor>> CopyAsync(
        RegistryClient client,
        string ns,
        ImageRepository target,
        IReadOnlyList<(ImageRepository Source, Descriptor Blob)> wanted,
        TimeSpan patience,
        CancellationToken cancellationToken
    )
    {
        StopForgotten();
        var copies = wanted
            .DistinctBy(w => w.Blob.Digest)
            .Select(w => (w.Blob, Copy: Find(client, ns, target, w.Source, w.Blob)))
            .ToList();
        try
        {
            await Task.WhenAll(copies.Select(c => c.Copy.Done)).WaitAsync(patience, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // Those that have failed by now are told below, the others go on.
        }
        finally
        {
            foreach (var (blob, copy) in copies.Where(c => c.Copy.Done.IsCompleted))
            {
                Drop((target, blob.Digest), copy);
            }
        }

        foreach (var (_, copy) in copies.Where(c => c.Copy.Done.IsCompleted))
        {
            await copy.Done;
        }

        return [.. copies.Where(c => !c.Copy.Done.IsCompleted).Select(c => c.Blob)];
    }

    /// <summary>Stops all: this process isn't the one any more that should be at work.</summary>
    public void Reset()
    {
        foreach (var (key, copy) in _under)
        {
            Stop(key, copy);
        }
    }

    public void Dispose() => Reset();

    private Copy Find(RegistryClient client, string ns, ImageRepository target, ImageRepository source, Descriptor blob)
    {
        var copy = _under.GetOrAdd((target, blob.Digest), _ => new Copy { AskedAt = time.GetUtcNow() });
        copy.AskedAt = time.GetUtcNow();
        copy.StartOnce(token => InTurnAsync(ns, own => RunAsync(client, target, source, blob, own), token));
        return copy;
    }

    private async Task RunAsync(
        RegistryClient client,
        ImageRepository target,
        ImageRepository source,
        Descriptor blob,
        CancellationToken cancellationToken
    )
    {
        using var late = new CancellationTokenSource(Longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            await client.UploadBlobAsync(
                target,
                blob,
                token => client.OpenBlobAsync(source, blob, token),
                either.Token
            );
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RegistryException(
                RegistryError.Unavailable,
                $"{target}: copying {blob.Digest} takes more than {Longest.TotalHours:0} h",
                e
            );
        }
    }

    /// <summary>Waits for a turn of the namespace, then for one of all: a full namespace holds no other up.</summary>
    private async Task InTurnAsync(string ns, Func<CancellationToken, Task> run, CancellationToken cancellationToken)
    {
        var own = Join(ns);
        try
        {
            await own.WaitAsync(cancellationToken);
            try
            {
                await _turns.WaitAsync(cancellationToken);
                try
                {
                    await run(cancellationToken);
                }
                finally
                {
                    _turns.Release();
                }
            }
            finally
            {
                own.Release();
            }
        }
        finally
        {
            Leave(ns);
        }
    }

    private SemaphoreSlim Join(string ns)
    {
        lock (_gate)
        {
            var (turns, users) = _ofOne.TryGetValue(ns, out var known)
                ? known
                : (new SemaphoreSlim(AtOnceOfOne, AtOnceOfOne), 0);
            _ofOne[ns] = (turns, users + 1);
            return turns;
        }
    }

    private void Leave(string ns)
    {
        lock (_gate)
        {
            var (turns, users) = _ofOne[ns];
            if (users > 1)
            {
                _ofOne[ns] = (turns, users - 1);
                return;
            }

            _ofOne.Remove(ns);
        }
    }

    private void StopForgotten()
    {
        var now = time.GetUtcNow();
        foreach (var (key, copy) in _under)
        {
            if (now - copy.AskedAt > Forgotten)
            {
                Stop(key, copy);
            }
        }
    }

    private void Stop((ImageRepository, ImageDigest) key, Copy copy)
    {
        if (_under.TryRemove(KeyValuePair.Create(key, copy)))
        {
            copy.Cancel();
            copy.Dispose();
        }
    }

    private void Drop((ImageRepository, ImageDigest) key, Copy copy)
    {
        if (_under.TryRemove(KeyValuePair.Create(key, copy)))
        {
            copy.Dispose();
        }
    }

    /// <summary>Represents one copy that is under way, or has ended and nobody has asked since.</summary>
    private sealed class Copy : IDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Lock _gate = new();
        private Task? _done;

        public DateTimeOffset AskedAt { get; set; }

        public Task Done => _done!;

        public void StartOnce(Func<CancellationToken, Task> run)
        {
            lock (_gate)
            {
                _done ??= Task.Run(() => run(_stop.Token), CancellationToken.None);
            }
        }

        public void Cancel() => _stop.Cancel();

        public void Dispose() => _stop.Dispose();
    }
}
