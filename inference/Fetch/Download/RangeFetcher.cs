using System.Net;
using GemmaInference.Fetch.Failures;
using GemmaInference.Fetch.Transport;

namespace GemmaInference.Fetch.Download;

/// <summary>Fetches a piece of a file in as many tries as it takes, each from where the last one was cut.</summary>
internal sealed class RangeFetcher(
    IFileSource source,
    SafeHttp http,
    Connections connections,
    Retrying retrying,
    FetchProgress progress
)
{
    /// <summary>Gets the buffers of all files.</summary>
    public Blocks Blocks { get; } = new();

    public async Task FetchAsync(PartialFile file, long start, long end, CancellationToken cancellation)
    {
        var at = start;
        await connections.EnterAsync(cancellation);
        try
        {
            await retrying.RunAsync(
                async token =>
                {
                    at = await TryAsync(file, at, end, moved => at = moved, token);
                    return true;
                },
                () => at,
                cancellation
            );
        }
        finally
        {
            connections.Leave();
        }
    }

    /// <summary>Returns the end of what is there now.</summary>
    private async Task<long> TryAsync(
        PartialFile file,
        long at,
        long end,
        Action<long> moved,
        CancellationToken cancellation
    )
    {
        if (file.Covers(at, end))
        {
            return end;
        }

        using (var answer = await source.OpenAsync(file.File, at, end, cancellation))
        {
            if (answer.StatusCode == HttpStatusCode.PartialContent)
            {
                Demand(answer, file.File, at, end);
                return await CopyAsync(file, answer, at, end, moved, cancellation);
            }

            // A 200 for what is the whole file is as good.
            if (at == 0 && end == file.File.Size)
            {
                DemandLength(answer, file.File);
                return await CopyAsync(file, answer, 0, end, moved, cancellation);
            }
        }

        return await WholeAsync(file, at, end, cancellation);
    }

    /// <summary>Fetches the file from one that knows no ranges; the other pieces find it done.</summary>
    private async Task<long> WholeAsync(PartialFile file, long at, long end, CancellationToken cancellation)
    {
        await file.Whole.WaitAsync(cancellation);
        try
        {
            if (!file.Covers(at, end))
            {
                using var answer = await source.OpenAsync(file.File, 0, end: null, cancellation);
                DemandLength(answer, file.File);
                await CopyAsync(file, answer, 0, file.File.Size, _ => { }, cancellation);
            }

            return end;
        }
        finally
        {
            file.Whole.Release();
        }
    }

    private async Task<long> CopyAsync(
        PartialFile file,
        HttpResponseMessage answer,
        long at,
        long end,
        Action<long> moved,
        CancellationToken cancellation
    )
    {
        var remembered = at;
        try
        {
            using var watch = http.Watch(cancellation);
            await using var body = await SafeHttp.BodyAsync(answer, cancellation);
            while (at < end)
            {
                var block = Blocks.Rent();
                var filled = 0;
                var room = (int)Math.Min(block.Length, end - at);
                try
                {
                    while (filled < room)
                    {
                        var space = block.AsMemory(filled, room - filled);
                        var read = await SafeHttp.ReadSomeAsync(
                            body,
                            space,
                            watch,
                            SafeHttp.Host(answer),
                            cancellation
                        );
                        filled +=
                            read > 0
                                ? read
                                : throw new FetchException(
                                    FetchReason.Unavailable,
                                    $"{SafeHttp.Host(answer)} ended {file.File.Path} before its end"
                                );
                    }
                }
                finally
                {
                    // What came before a cut is kept as well.
                    if (filled > 0 && !cancellation.IsCancellationRequested)
                    {
                        progress.Add(await file.WriteAsync(block, filled, at, cancellation));
                        at += filled;
                        moved(at);
                        watch.Moved();
                    }
                    else
                    {
                        Blocks.Return(block);
                    }
                }

                remembered = file.Remember(remembered, at, last: false);
            }
        }
        finally
        {
            file.Remember(remembered, at, last: true);
        }

        return at;
    }

    private static void Demand(HttpResponseMessage answer, RemoteFile file, long at, long end)
    {
        if (answer.Content.Headers.ContentRange is not { } range || range.From != at || range.To != end - 1)
        {
            throw new FetchException(
                FetchReason.Unavailable,
                $"{SafeHttp.Host(answer)} sent another range of {file.Path} than was asked for"
            );
        }

        if (range.HasLength && range.Length != file.Size)
        {
            throw Mismatch(answer, file, range.Length!.Value);
        }
    }

    private static void DemandLength(HttpResponseMessage answer, RemoteFile file)
    {
        if (answer.Content.Headers.ContentLength is { } length && length != file.Size)
        {
            throw Mismatch(answer, file, length);
        }
    }

    private static FetchException Mismatch(HttpResponseMessage answer, RemoteFile file, long length) =>
        new(FetchReason.HashMismatch, $"{file.Path}: {SafeHttp.Host(answer)} has {length} bytes, expected {file.Size}");
}
