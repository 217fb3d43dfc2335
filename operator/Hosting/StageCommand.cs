using System.CommandLine;
using System.Net;
using GemmaOperator.Hosting.Staging;
using GemmaOperator.Registry.Staging;

namespace GemmaOperator.Hosting;

/// <summary>
/// Runs <c>stage</c> in a build's pod, beside the container that runs the code of packages: a registry on the pod's
/// loopback that hands out the base and cached layers and keeps what is written. It holds the credentials, so that the
/// other one needs none.
/// </summary>
internal sealed class StageCommand(TimeProvider time, TextWriter errors)
{
    private const int Failed = 1;

    private readonly BuildAccess _access = new();

    public static Command Make(TimeProvider time, TextWriter errors)
    {
        var own = new StageCommand(time, errors);
        var command = new Command("stage", "Serves the registry of a build's pod on its loopback.");
        foreach (var option in own._access.Options)
        {
            command.Options.Add(option);
        }

        command.SetAction((result, cancellationToken) => own.RunAsync(result, cancellationToken));
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        try
        {
            using var http = _access.Http(result, time);
            var registry = await _access.ClientAsync(result, http, time, cancellationToken);
            var (plan, staged) = (_access.Plan(result), _access.Staged(result));
            using var sources = new BuildSources(registry, plan);
            var requests = new StagingRequests(
                sources,
                new StagingUploads(registry, sources, staged, plan),
                staged,
                errors.WriteLine
            );
            await using var app = await StagingServer.StartAsync(
                requests,
                IPEndPoint.Parse(StagingNames.Host),
                StagingNames.ProbePort,
                cancellationToken
            );
            var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var registration = cancellationToken.Register(ended.SetResult);
            await ended.Task;
            return 0;
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            await errors.WriteLineAsync($"gemma-operator stage: {e.Message.ReplaceLineEndings(" ")}");
            return Failed;
        }
    }
}
