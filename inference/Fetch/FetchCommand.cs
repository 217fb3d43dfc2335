using GemmaInference.Fetch.Download;
using GemmaInference.Fetch.Failures;
using GemmaInference.Fetch.Files;
using GemmaInference.Fetch.Hub;
using GemmaInference.Fetch.Oci;
using GemmaInference.Fetch.Transport;
using GemmaInference.Native;

namespace GemmaInference.Fetch;

/// <summary>Carries out <c>gemma-inference fetch</c> and says how it ended.</summary>
internal static class FetchCommand
{
    private const int MaxTokenBytes = 8 << 10;

    /// <param name="words">What follows <c>fetch</c> on the command line.</param>
    /// <param name="host">The process around it.</param>
    /// <param name="stop">SIGTERM.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> words, FetchHost host, CancellationToken stop)
    {
        var arguments = FetchArguments.Parse(words, out var trouble, out var json);
        if (arguments is null && trouble.Length == 0)
        {
            return 0;
        }

        var outcome = arguments is null
            ? new FetchOutcome.Failed(FetchReason.InvalidArgument, $"{trouble} (fetch --help lists the options)", false)
            : await OutcomeAsync(arguments, host, stop);
        Report(outcome, host, json);
        return outcome.ExitCode;
    }

    /// <summary>Says how it ended: to people, then to programs.</summary>
    public static void Report(FetchOutcome outcome, FetchHost host, bool json)
    {
        if (outcome is FetchOutcome.Failed failed)
        {
            host.Error.WriteLine(OneLine.Of($"gemma-inference: {failed.Reason}: {failed.Message}", 1200));
            host.Error.Flush();
        }

        if (json)
        {
            host.Out.WriteLine(outcome.Json());
            host.Out.Flush();
        }

        if (File.Exists(host.TerminationLog))
        {
            try
            {
                File.WriteAllText(host.TerminationLog, outcome.Json());
            }
            catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
            {
                // The same stands in the log.
            }
        }
    }

    private static async Task<FetchOutcome> OutcomeAsync(
        FetchArguments arguments,
        FetchHost host,
        CancellationToken stop
    )
    {
        try
        {
            if (OpenSsl.Trouble() is { } trouble)
            {
                throw new FetchException(FetchReason.Unavailable, trouble) { Retry = false };
            }

            var progress = new FetchProgress();
            await using var lines = new ProgressLines(progress, host.Out, arguments.Json, host.Time);
            return new FetchOutcome.Done(await FetchAsync(arguments, host, progress, stop));
        }
        catch (FetchException cause)
        {
            return FetchOutcome.Failed.Of(cause);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return Stopped;
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            return FetchOutcome.Failed.Of(DiskFailure.Of(cause, arguments.Target));
        }
    }

    /// <summary>Gets the outcome of a fetch that was told to end.</summary>
    public static FetchOutcome Stopped { get; } =
        new FetchOutcome.Failed(
            FetchReason.Unavailable,
            "it was told to stop; what was fetched is kept, and the same command goes on from there",
            Retry: true
        );

    private static async Task<ModelMarker> FetchAsync(
        FetchArguments arguments,
        FetchHost host,
        FetchProgress progress,
        CancellationToken stop
    )
    {
        var space = new FreeSpace(host.FreeSpace, arguments.Reserve);
        var retrying = new Retrying(host.Patience, host.Time);
        switch (arguments.Source)
        {
            case FetchSource.Hub(var model, var endpoint):
            {
                using var http = Http(endpoint.IsLoopback, arguments.Insecure, host);
                var token = arguments.TokenFile is { } file ? ReadToken(file) : null;
                var hub = new HubClient(model, endpoint, token, http, retrying, host.Time);
                using var connections = new Connections(host.Time);
                var ranges = new RangeFetcher(hub, http, connections, retrying, progress);
                var fetch = new HubFetch(model, hub, ranges, space, progress, arguments.Include);
                return await fetch.RunAsync(arguments.Target, stop);
            }

            case FetchSource.Oci(var image):
            {
                using var http = Http(image.IsLoopback, arguments.Insecure, host);
                var login = RegistryLogin.Read(arguments.RegistryAuthFile, image.Host);
                using var registry = new RegistryClient(image, arguments.Insecure, login, http, retrying, host.Time);
                using var connections = new Connections(host.Time);
                var ranges = new RangeFetcher(registry, http, connections, retrying, progress);
                var fetch = new OciFetch(image, registry, ranges, http, retrying, space, progress);
                return await fetch.RunAsync(arguments.Target, stop);
            }

            default:
                throw new NotSupportedException(arguments.Source.GetType().Name);
        }
    }

    private static SafeHttp Http(bool loopback, bool insecure, FetchHost host) =>
        new(
            new HttpMessageInvoker(new JudgedConnections(loopback, host.Proxy).Handler()),
            host.Patience,
            host.Time,
            insecure || loopback
        );

    private static string ReadToken(string path)
    {
        string token;
        try
        {
            using var file = File.OpenRead(path);
            token =
                file.Length <= MaxTokenBytes
                    ? new StreamReader(file).ReadToEnd().Trim()
                    : throw new FetchException(
                        FetchReason.InvalidArgument,
                        $"--token-file {path} is no token: too long"
                    );
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new FetchException(
                FetchReason.InvalidArgument,
                $"--token-file {path} can't be read: {cause.Message}",
                cause
            );
        }

        // What else it holds could end the header.
        return token.Length > 0 && token.All(letter => letter is > ' ' and < '\x7f')
            ? token
            : throw new FetchException(
                FetchReason.InvalidArgument,
                $"--token-file {path} holds no token: expected one line of printable characters"
            );
    }
}
