using System.Formats.Tar;
using System.Text;
using Docker.DotNet;
using Docker.DotNet.Models;
using KubectlGemma.Output;

namespace KubectlGemma.Local.Engines;

/// <summary>Holds one container, which goes with all that is its own when it is disposed of.</summary>
internal sealed class EngineContainer(Engine engine, IContainerOperations containers, string id, TimeProvider time)
    : IAsyncDisposable
{
    /// <summary>Bounds what is read of a container's output: a list of packages has some hundred kB.</summary>
    private const int MostOutput = 8 << 20;

    private static readonly TimeSpan RemovalTimeout = TimeSpan.FromSeconds(20);

    public Task StartAsync(CancellationToken cancellationToken) =>
        engine.DoAsync(() => containers.StartContainerAsync(id, null, cancellationToken), cancellationToken);

    /// <summary>Puts files into a folder of it.</summary>
    public Task CopyInAsync(string folder, Stream tar, CancellationToken cancellationToken) =>
        engine.DoAsync(
            () =>
                containers.ExtractArchiveToContainerAsync(
                    id,
                    new CopyToContainerParameters { Path = folder },
                    tar,
                    cancellationToken
                ),
            cancellationToken
        );

    /// <summary>Waits for its end, and returns the exit code.</summary>
    public async Task<long> WaitAsync(CancellationToken cancellationToken) =>
        (
            await engine.AskAsync(() => containers.WaitContainerAsync(id, cancellationToken), cancellationToken)
        ).StatusCode;

    /// <summary>Tells whether it ended because it wanted more memory than it may have.</summary>
    public async Task<bool> RanOutOfMemoryAsync(CancellationToken cancellationToken) =>
        (await engine.AskAsync(() => containers.InspectContainerAsync(id, cancellationToken), cancellationToken))
            .State
            ?.OOMKilled == true;

    /// <summary>Hands on each line that it writes until it ends.</summary>
    public Task FollowAsync(Action<string> hear, CancellationToken cancellationToken) =>
        engine.DoAsync(
            async () =>
            {
                using var stream = await LogsAsync(follow: true, cancellationToken);
                var (buffer, lines) = (new byte[16384], new LineBuffer());
                var decoder = Encoding.UTF8.GetDecoder();
                var text = new char[16384 + 4];
                while (await stream.ReadOutputAsync(buffer, 0, buffer.Length, cancellationToken) is { Count: > 0 } got)
                {
                    var count = decoder.GetChars(buffer, 0, got.Count, text, 0);
                    foreach (var line in lines.Add(new string(text, 0, count)))
                    {
                        hear(line);
                    }
                }

                if (lines.Rest is { Length: > 0 } rest)
                {
                    hear(rest);
                }
            },
            cancellationToken
        );

    /// <summary>Returns what it wrote to stdout and to stderr, each up to a bound.</summary>
    public Task<(string Output, string Errors)> OutputAsync(CancellationToken cancellationToken) =>
        engine.AskAsync(
            async () =>
            {
                using var stream = await LogsAsync(follow: false, cancellationToken);
                using var output = new MemoryStream();
                using var errors = new MemoryStream();
                var buffer = new byte[16384];
                while (await stream.ReadOutputAsync(buffer, 0, buffer.Length, cancellationToken) is { Count: > 0 } got)
                {
                    var into = got.Target == MultiplexedStream.TargetStream.StandardError ? errors : output;
                    into.Write(buffer, 0, (int)Math.Min(got.Count, MostOutput - into.Length));
                }

                return (Text(output), Text(errors));
            },
            cancellationToken
        );

    /// <summary>Opens the one file that lies at a path in it; what takes it reads the stream to its end.</summary>
    public Task OpenAsync(string path, Func<Stream, Task> take, CancellationToken cancellationToken) =>
        engine.DoAsync(
            async () =>
            {
                var archive = await containers.GetArchiveFromContainerAsync(
                    id,
                    new ContainerPathStatParameters { Path = path },
                    statOnly: false,
                    cancellationToken
                );
                await using var content =
                    archive.Stream ?? throw new CliException(ExitCode.Failed, $"the engine gives no file {path}");
                await using var tar = new TarReader(content);
                var entry = await tar.GetNextEntryAsync(copyData: false, cancellationToken);
                await take(
                    entry?.DataStream
                        ?? throw new CliException(ExitCode.Failed, $"the executor left no file {path} that can be read")
                );
            },
            cancellationToken
        );

    public async ValueTask DisposeAsync()
    {
        // Removed even where the user has stopped the rest.
        using var patience = new CancellationTokenSource(RemovalTimeout, time);
        try
        {
            await containers.RemoveContainerAsync(
                id,
                new ContainerRemoveParameters { Force = true, RemoveVolumes = true },
                patience.Token
            );
        }
        catch (Exception e) when (e is DockerApiException or HttpRequestException or OperationCanceledException)
        {
            // Gone already, or the engine is: what was wrong has been told.
        }
    }

    private Task<MultiplexedStream> LogsAsync(bool follow, CancellationToken cancellationToken) =>
        containers.GetContainerLogsAsync(
            id,
            new ContainerLogsParameters
            {
                ShowStdout = true,
                ShowStderr = true,
                Follow = follow,
            },
            cancellationToken
        );

    private static string Text(MemoryStream bytes) =>
        Encoding.UTF8.GetString(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
}
