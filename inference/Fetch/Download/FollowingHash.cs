using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace GemmaInference.Fetch.Download;

/// <summary>
/// Hashes a file in order while its ranges come in any order, beside receiving: what comes next is taken from memory,
/// what came before its turn is read from the page cache, so that no second pass over the disk is needed.
/// </summary>
internal sealed class FollowingHash : IDisposable
{
    /// <summary>Blocks that wait in memory; whoever brings one more waits, since the hash has the last word.</summary>
    private const int MostWaiting = 4;

    private readonly Lock _gate = new();
    private readonly SafeFileHandle _file;
    private readonly long _size;
    private readonly Blocks _blocks;
    private readonly IncrementalHash _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash? _git;
    private readonly Queue<(byte[] Block, int Length)> _waiting = new();
    private readonly SemaphoreSlim _room = new(MostWaiting);
    private readonly SemaphoreSlim _news = new(0);
    private readonly Task<(string Sha256, string? Git)> _result;
    private readonly CancellationTokenSource _ended;

    /// <summary>How far there is no gap on the disk.</summary>
    private long _frontier;

    /// <summary>How far all is hashed, or waits for it.</summary>
    private long _next;

    private bool _closed;

    public FollowingHash(
        SafeFileHandle file,
        long size,
        ContentHash expected,
        Blocks blocks,
        CancellationToken cancellation
    )
    {
        (_file, _size, _git, _blocks) = (file, size, expected.Begin(size), blocks);
        _ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _result = Task.Run(FollowAsync, CancellationToken.None);
    }

    /// <summary>Completes when all is hashed: SHA-256, and git's name where that was asked for.</summary>
    public Task<(string Sha256, string? Git)> Result => _result;

    /// <summary>Says how far there is no gap.</summary>
    public void Advance(long frontier)
    {
        lock (_gate)
        {
            if (frontier <= _frontier)
            {
                return;
            }

            _frontier = frontier;
            if (frontier <= _next)
            {
                return;
            }
        }

        _news.Release();
    }

    /// <summary>Takes a block that was just written, before <see cref="Advance"/> tells of it.</summary>
    /// <returns>False where it isn't its turn: the block stays the caller's.</returns>
    public async ValueTask<bool> TakeAsync(byte[] block, int length, long at, CancellationToken cancellation)
    {
        if (at != Volatile.Read(ref _next))
        {
            return false;
        }

        await _room.WaitAsync(cancellation);
        lock (_gate)
        {
            if (at == _next && !_closed)
            {
                _waiting.Enqueue((block, length));
                _next += length;
                _news.Release();
                return true;
            }
        }

        _room.Release();
        return false;
    }

    public void Dispose()
    {
        _ended.Cancel();
        // The task ends by itself and reads from a handle that stays open until then.
        _ = _result.ContinueWith(
            _ =>
            {
                _sha256.Dispose();
                _git?.Dispose();
                _ended.Dispose();
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
    }

    private async Task<(string Sha256, string? Git)> FollowAsync()
    {
        try
        {
            for (long at = 0; at < _size; )
            {
                _ended.Token.ThrowIfCancellationRequested();
                var (block, length, isWritten) = Next();
                if (block is null)
                {
                    await _news.WaitAsync(_ended.Token);
                    continue;
                }

                try
                {
                    if (isWritten)
                    {
                        length = ReadBack(block, length, at);
                    }

                    _sha256.AppendData(block, 0, length);
                    _git?.AppendData(block, 0, length);
                    at += length;
                }
                finally
                {
                    _blocks.Return(block);
                    if (!isWritten)
                    {
                        _room.Release();
                    }
                }
            }

            return (
                Convert.ToHexStringLower(_sha256.GetHashAndReset()),
                _git is null ? null : Convert.ToHexStringLower(_git.GetHashAndReset())
            );
        }
        finally
        {
            Close();
        }
    }

    /// <summary>Chooses what is hashed next: a block from memory, or an empty one for what is on the disk.</summary>
    private (byte[]? Block, int Length, bool IsWritten) Next()
    {
        lock (_gate)
        {
            if (_waiting.TryDequeue(out var first))
            {
                return (first.Block, first.Length, false);
            }

            if (_frontier <= _next)
            {
                return (null, 0, false);
            }

            var length = (int)Math.Min(Blocks.Size, _frontier - _next);
            _next += length;
            return (_blocks.Rent(), length, true);
        }
    }

    private int ReadBack(byte[] block, int length, long at)
    {
        for (var filled = 0; filled < length; )
        {
            var read = RandomAccess.Read(_file, block.AsSpan(filled, length - filled), at + filled);
            filled += read > 0 ? read : throw new IOException("the file became shorter while it was written");
        }

        return length;
    }

    /// <summary>Takes nothing any more: whoever waits for room goes on.</summary>
    private void Close()
    {
        lock (_gate)
        {
            _closed = true;
        }

        _room.Release();
    }
}
