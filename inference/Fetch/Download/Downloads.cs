using System.Runtime.CompilerServices;
using GemmaInference.Fetch.Failures;
using GemmaInference.Fetch.Files;

namespace GemmaInference.Fetch.Download;

/// <summary>
/// Fetches files by pieces, several at once and in order, so that few files are open and the hash follows closely.
/// Memory is a buffer for each piece, whatever the files' sizes.
/// </summary>
internal sealed class Downloads(RangeFetcher ranges, PartialDirectory partial, FetchProgress progress)
{
    /// <summary>Bytes of a piece: a request's latency is little beside it, and the page cache still holds it.</summary>
    public const long Piece = 32L << 20;

    /// <returns>The files as they are on the disk, verified.</returns>
    /// <exception cref="FetchException">One couldn't be fetched; the others are kept.</exception>
    public async Task<IReadOnlyList<FetchedFile>> RunAsync(
        IReadOnlyList<RemoteFile> files,
        CancellationToken cancellation
    )
    {
        var done = new FetchedFile?[files.Count];
        var spoilt = await RoundAsync(files, done, cancellation);
        // Bytes of an earlier process that a crash of the node took away look like a wrong hash: once more from 0.
        if (spoilt.Count > 0 && spoilt.TrueForAll(file => file.Resumed))
        {
            spoilt = await RoundAsync(files, done, cancellation);
        }

        return spoilt.Count == 0
            ? [.. done.Select(file => file!)]
            : throw new FetchException(
                FetchReason.HashMismatch,
                $"{spoilt[0].Path}: its content isn't what the source says it is (expected "
                    + $"{spoilt[0].Hash.Hex}); the source or a proxy on the way is damaged"
            );
    }

    private async Task<List<(RelativePath Path, ContentHash Hash, bool Resumed)>> RoundAsync(
        IReadOnlyList<RemoteFile> files,
        FetchedFile?[] done,
        CancellationToken cancellation
    )
    {
        var spoilt = new List<(RelativePath, ContentHash, bool)>();
        var open = new HashSet<PartialFile>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            await Parallel.ForEachAsync(
                PiecesAsync(files, done, open, stop.Token),
                new ParallelOptions { MaxDegreeOfParallelism = Connections.Most, CancellationToken = stop.Token },
                async (piece, token) =>
                {
                    var (index, file, start, end) = piece;
                    await ranges.FetchAsync(file, start, end, token);
                    if (!file.Closes())
                    {
                        return;
                    }

                    var whole = await file.SealAsync();
                    lock (open)
                    {
                        open.Remove(file);
                        done[index] = whole;
                        if (whole is null)
                        {
                            spoilt.Add((file.File.Path, file.File.Hash, file.ResumedBytes > 0));
                        }
                    }

                    file.Dispose();
                    if (whole is null)
                    {
                        progress.Add(-file.File.Size);
                    }
                    else
                    {
                        progress.Complete();
                    }
                }
            );
        }
        finally
        {
            await stop.CancelAsync();
            foreach (var file in open)
            {
                file.Dispose();
            }
        }

        return spoilt;
    }

    private async IAsyncEnumerable<(int Index, PartialFile File, long Start, long End)> PiecesAsync(
        IReadOnlyList<RemoteFile> files,
        FetchedFile?[] done,
        HashSet<PartialFile> open,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        // Opening touches the disk; whoever asks for the first piece goes on meanwhile.
        await Task.Yield();
        for (var index = 0; index < files.Count; index++)
        {
            if (done[index] is not null)
            {
                continue;
            }

            var file = new PartialFile(files[index], partial, ranges.Blocks, Piece, cancellation);
            lock (open)
            {
                open.Add(file);
            }

            progress.Add(file.ResumedBytes);
            foreach (var (start, end) in file.Pieces)
            {
                yield return (index, file, start, end);
            }
        }
    }
}
