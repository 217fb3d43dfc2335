using System.CommandLine;
using GemmaOperator.Builds.Contents.Layers;
using GemmaOperator.Cluster;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.References;
using GemmaOperator.Registry.Staging;

namespace GemmaOperator.Hosting;

/// <summary>
/// Runs <c>publish</c> in a build's pod, once the container that ran the code of packages has ended well: pushes what
/// it staged, and leaves the digest, or why there is none, in the termination message.
/// </summary>
internal sealed class PublishCommand(TimeProvider time, TextWriter errors)
{
    private const int Failed = 1;

    /// <summary>Bounds how long a registry that doesn't answer is tried again: a build took longer to make.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly BuildAccess _access = new();

    private readonly Option<bool> _writesCache = new("--write-cache") { Description = "Layers go to the cache, too." };

    private readonly Option<string> _output = new("--output")
    {
        Description = "Where the digest goes.",
        DefaultValueFactory = _ => TerminationLog.Path,
    };

    public static Command Make(TimeProvider time, TextWriter errors)
    {
        var own = new PublishCommand(time, errors);
        var command = new Command("publish", "Pushes what a build's executor staged.")
        {
            own._writesCache,
            own._output,
        };
        foreach (var option in own._access.Options)
        {
            command.Options.Add(option);
        }

        command.SetAction((result, cancellationToken) => own.RunAsync(result, cancellationToken));
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var output = result.GetValue(_output)!;
        try
        {
            using var http = _access.Http(result, time);
            var registry = await _access.ClientAsync(result, http, time, cancellationToken);
            var plan = _access.Plan(result, result.GetValue(_writesCache));
            using var sources = new BuildSources(registry, plan);
            var staged = _access.Staged(result);
            var push = new StagedPush(registry, sources, staged, plan);
            var digest = await PersistAsync(push, cancellationToken);
            await File.WriteAllTextAsync(output, digest.ToString(), cancellationToken);
            await errors.WriteLineAsync($"Pushed {plan.Target.Repository}@{digest}");
            await TellLayersAsync(digest, () => StagedLayers.ReadAsync(staged, sources, plan, cancellationToken));
            await push.PushCacheAsync(errors.WriteLine, cancellationToken);
            return 0;
        }
        catch (Exception e)
            when (e is FormatException or IOException or UnauthorizedAccessException or RegistryException)
        {
            var report = PushReport.Of(e);
            await errors.WriteLineAsync($"gemma-operator publish: {report.Message}");
            await File.WriteAllTextAsync(output, report.Write(), CancellationToken.None);
            return Failed;
        }
    }

    /// <summary>
    /// Writes which packages the layers bring into the log: the operator holds against it what the image will say of
    /// itself. The image is pushed, so that what can't be read fails nothing.
    /// </summary>
    private async Task TellLayersAsync(ImageDigest image, Func<Task<LayerFindings?>> read)
    {
        try
        {
            if (await read() is { } found)
            {
                foreach (var line in LayersLog.Write(found, image))
                {
                    await errors.WriteLineAsync(line);
                }
            }
        }
        catch (Exception e) when (e is IOException or RegistryException)
        {
            await errors.WriteLineAsync($"layers: {e.Message}");
        }
    }

    /// <summary>Tries again what may pass: what was sent is there, and what was built would be built anew.</summary>
    private async Task<ImageDigest> PersistAsync(StagedPush push, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        for (var pause = TimeSpan.FromSeconds(1); ; pause *= 2)
        {
            try
            {
                return await push.PushAsync(errors.WriteLine, cancellationToken);
            }
            catch (RegistryException e) when (e.IsTransient && time.GetElapsedTime(started) < Patience)
            {
                await errors.WriteLineAsync($"{e.Message}; it is tried again");
                var next = pause < LongestPause ? pause : LongestPause;
                await Task.Delay(e.RetryAfter > next ? e.RetryAfter.Value : next, time, cancellationToken);
            }
        }
    }
}
