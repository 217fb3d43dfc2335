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

    /// <summary>What is written or being written: nothing is written twice, since it may be hashed already.</summary>
    private readonly RangeSet _claimed;

    private readonly Blocks _blocks;
    private readonly FollowingHash _hash;
    private int _openPieces;

    public PartialFile(
        RemoteFile file,
        PartialDirectory partial,
        Blocks blocks,
        long piece,
        CancellationToken cancellation
    )
    {
        (File, _directory, _blocks) = (file, partial.Path, blocks);
        var path = file.Path.Below(partial.Path);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var journal = partial.OwnFile(file.Path.Value, RangeJournal.Extension);
            if (!System.IO.File.Exists(path))
            {
                System.IO.File.Delete(journal);
            }

            _handle = System.IO.File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);
            RandomAccess.SetLength(_handle, file.Size);
            _journal = RangeJournal.Open(journal, file.Size, out _written);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            _handle?.Dispose();
            throw DiskFailure.Of(cause, partial.Path);
        }

        _claimed = _written.Copy();
        ResumedBytes = _written.Total;
        var missing = _written.Missing(0, file.Size, piece);
        // One that is there already is still hashed and closed by somebody.
        Pieces = missing.Count > 0 ? missing : [(file.Size, file.Size)];
        _openPieces = Pieces.Count;
        _hash = new FollowingHash(_handle, file.Size, file.Hash, blocks, cancellation);
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

    /// <summary>
    /// Writes a block at its place, hands it to the hash where it comes next, and sees to its return. What is there
    /// already, or being written by another, is left as it is. A write that fails ends the fetch.
    /// </summary>
    /// <returns>How many bytes are new.</returns>
    public async ValueTask<long> WriteAsync(byte[] block, int length, long at, CancellationToken cancellation)
    {
        IReadOnlyList<(long Start, long End)> parts;
        lock (_gate)
        {
            parts = _claimed.Missing(at, at + length);
            _claimed.Add(at, at + length);
        }

        var isTaken = false;
        try
        {
            foreach (var (start, end) in parts)
            {
                // Into the page cache: a thread of its own for that would only cost.
                RandomAccess.Write(_handle, block.AsSpan((int)(start - at), (int)(end - start)), start);
            }

            isTaken =
                parts is [var all]
                && all == (at, at + length)
                && await _hash.TakeAsync(block, length, at, cancellation);
        }
        catch (IOException cause)
        {
            throw DiskFailure.Of(cause, _directory);
        }
        finally
        {
            if (!isTaken)
            {
                _blocks.Return(block);
            }
        }

        lock (_gate)
        {
            foreach (var (start, end) in parts)
            {
                _written.Add(start, end);
            }

            _hash.Advance(_written.Frontier);
        }

        return parts.Sum(part => part.End - part.Start);
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
            WriteBehind.Begin(_handle, from, to);
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
