using GemmaInference.Fetch.Failures;
using GemmaInference.Fetch.Files;
using Microsoft.Win32.SafeHandles;

namespace GemmaInference.Fetch.Download;

/// <summary>Holds one file that is being fetched: its bytes, its journal, and the hash that follows.</summary>
internal sealed class PartialFile : IDisposable
{
    /// <summary>A kill loses at most this much of each range.</summary>
    private const long JournalStep = 8L << 20;

    private readonly Lock _gate = new();
    private readonly string _directory;
    private readonly SafeFileHandle _handle;
    private readonly RangeJournal _journal;
    private readonly RangeSet _written;
    private readonly FollowingHash _hash;
    private int _openPieces;

    public PartialFile(RemoteFile file, PartialDirectory partial, long piece, CancellationToken cancellation)
    {
        (File, _directory) = (file, partial.Path);
        var path = file.Path.Below(partial.Path);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var journal = partial.OwnFile(file.Path.Value, RangeJournal.Extension);
            if (!System.IO.File.Exists(path))
            {
                System.IO.File.Delete(journal);
            }

            _handle = System.IO.File.OpenHandle(
                path,
                FileMode.OpenOrCreate,
                FileAccess.ReadWrite,
                FileShare.ReadWrite,
                FileOptions.Asynchronous
            );
            RandomAccess.SetLength(_handle, file.Size);
            _journal = RangeJournal.Open(journal, file.Size, out _written);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            _handle?.Dispose();
            throw DiskFailure.Of(cause, partial.Path);
        }

        ResumedBytes = _written.Total;
        var missing = _written.Missing(file.Size, piece);
        // One that is there already is still hashed and closed by somebody.
        Pieces = missing.Count > 0 ? missing : [(file.Size, file.Size)];
        _openPieces = Pieces.Count;
        _hash = new FollowingHash(_handle, file.Size, file.Hash, cancellation);
        _hash.Advance(_written.Frontier);
    }

    public RemoteFile File { get; }

    public IReadOnlyList<(long Start, long End)> Pieces { get; }

    /// <summary>Gets how much an earlier process had fetched.</summary>
    public long ResumedBytes { get; }

    /// <summary>Lets one at a time fetch the whole file, where ranges aren't understood.</summary>
    public SemaphoreSlim Whole { get; } = new(1);

    public bool Covers(long start, long end)
    {
        lock (_gate)
        {
            return _written.Covers(start, end);
        }
    }

    /// <summary>Writes bytes at their place; returns how many of them are new.</summary>
    public async ValueTask<long> WriteAsync(ReadOnlyMemory<byte> bytes, long at, CancellationToken cancellation)
    {
        try
        {
            await RandomAccess.WriteAsync(_handle, bytes, at, cancellation);
        }
        catch (IOException cause)
        {
            throw DiskFailure.Of(cause, _directory);
        }

        lock (_gate)
        {
            var before = _written.Total;
            _written.Add(at, at + bytes.Length);
            _hash.Advance(_written.Frontier);
            return _written.Total - before;
        }
    }

    /// <summary>Remembers on disk what was written, where it is worth a line.</summary>
    /// <returns>Where the next line would begin.</returns>
    public long Remember(long from, long to, bool last)
    {
        if (to - from < JournalStep && (!last || to == from))
        {
            return from;
        }

        try
        {
            lock (_gate)
            {
                _journal.Add(from, to);
            }
        }
        catch (IOException cause)
        {
            throw DiskFailure.Of(cause, _directory);
        }

        return to;
    }

    /// <summary>Notes that a piece is there; true for the last one.</summary>
    public bool Closes() => Interlocked.Decrement(ref _openPieces) == 0;

    /// <summary>Brings the file to the disk and compares its hash; null: it isn't what the source says.</summary>
    public async Task<FetchedFile?> SealAsync()
    {
        try
        {
            var (sha256, git) = await _hash.Result;
            if ((File.Hash.IsGitBlob ? git : sha256) != File.Hash.Hex)
            {
                lock (_gate)
                {
                    _journal.Clear();
                    _written.Clear();
                }

                return null;
            }

            RandomAccess.FlushToDisk(_handle);
            return new FetchedFile(File.Path, File.Size, sha256);
        }
        catch (IOException cause)
        {
            throw DiskFailure.Of(cause, _directory);
        }
    }

    public void Dispose()
    {
        _hash.Dispose();
        _journal.Dispose();
        _handle.Dispose();
        Whole.Dispose();
    }
}
