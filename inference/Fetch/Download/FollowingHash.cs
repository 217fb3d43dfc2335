using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace GemmaInference.Fetch.Download;

/// <summary>
/// Hashes a file in order while its ranges come in any order: it follows the first gap and reads what was just written
/// from the page cache, so that no second pass over the disk is needed.
/// </summary>
internal sealed class FollowingHash : IDisposable
{
    private const int Block = 1 << 20;
    private readonly SafeFileHandle _file;
    private readonly long _size;
    private readonly IncrementalHash _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash? _git;
    private readonly SemaphoreSlim _news = new(0);
    private readonly Task<(string Sha256, string? Git)> _result;
    private readonly CancellationTokenSource _ended;
    private long _frontier;

    public FollowingHash(SafeFileHandle file, long size, ContentHash expected, CancellationToken cancellation)
    {
        (_file, _size, _git) = (file, size, expected.Begin(size));
        _ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _result = Task.Run(FollowAsync, CancellationToken.None);
    }

    /// <summary>Completes when all is hashed: SHA-256, and git's name where that was asked for.</summary>
    public Task<(string Sha256, string? Git)> Result => _result;

    /// <summary>Says how far there is no gap.</summary>
    public void Advance(long frontier)
    {
        if (frontier > Interlocked.Read(ref _frontier))
        {
            Interlocked.Exchange(ref _frontier, frontier);
            _news.Release();
        }
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
                _news.Dispose();
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
    }

    private async Task<(string Sha256, string? Git)> FollowAsync()
    {
        var buffer = new byte[(int)Math.Min(Block, Math.Max(1, _size))];
        for (long at = 0; at < _size; )
        {
            var ready = Interlocked.Read(ref _frontier) - at;
            if (ready <= 0)
            {
                await _news.WaitAsync(_ended.Token);
                continue;
            }

            _ended.Token.ThrowIfCancellationRequested();
            var read = RandomAccess.Read(_file, buffer.AsSpan(0, (int)Math.Min(ready, buffer.Length)), at);
            if (read == 0)
            {
                throw new IOException("the file became shorter while it was written");
            }

            _sha256.AppendData(buffer, 0, read);
            _git?.AppendData(buffer, 0, read);
            at += read;
        }

        return (
            Convert.ToHexStringLower(_sha256.GetHashAndReset()),
            _git is null ? null : Convert.ToHexStringLower(_git.GetHashAndReset())
        );
    }
}
