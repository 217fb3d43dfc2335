using GemmaInference.Api.Tracing;
using GemmaInference.Engine;
using GemmaInference.Native;
using GemmaInference.Torch;
using Microsoft.Extensions.DependencyInjection;

namespace GemmaInference.Api;

/// <summary>Runs the server as a process; what it ends of is said when everything else was said.</summary>
internal static class ServeProcess
{
    /// <summary>Returns the exit code.</summary>
    public static async Task<int> RunAsync()
    {
        int? port = null;
        try
        {
            var options = ServerOptions.FromEnvironment(Environment.GetEnvironmentVariable);
            port = options.Port;
            return await ServeAsync(options) is { } cause ? LastWords.Say(cause, port) : 0;
        }
        catch (Exception cause)
        {
            return LastWords.Say(cause, port);
        }
    }

    /// <summary>Returns what it ended of, the log written to its end; null: it was told to stop.</summary>
    private static async Task<Exception?> ServeAsync(ServerOptions options)
    {
        var (_, problem) = TraceExport.Decide(Environment.GetEnvironmentVariable);
        var (sent, unusable) = TraceExport.Start(Environment.GetEnvironmentVariable);
        using var traces = sent;
        if ((problem ?? unusable) is { } wrong)
        {
            await Console.Error.WriteLineAsync($"gemma-inference: {wrong}");
        }

        await using var app = Server.Build(options, () => Load(options), TimeProvider.System);
        // Fetched now, because running disposes the services.
        var host = app.Services.GetRequiredService<EngineHost>();
        try
        {
            await app.RunAsync();
            return host.Failure;
        }
        finally
        {
            host.Silence();
        }
    }

    /// <summary>Runs on the engine's thread, where all that touches libtorch happens.</summary>
    private static LoadedModel Load(ServerOptions options)
    {
        var torch = TorchFinder.Find(
            Environment.GetEnvironmentVariable(TorchFinder.OverrideVariable),
            TorchFinder.RecordedPath,
            TorchFinder.AskPython
        );
        var device = TorchRuntime.Load(torch, options.Device);
        if (device == Device.Cpu && torch.HasCuda && options.Device is null)
        {
            Console.Error.WriteLine(
                $"gemma-inference: the CPU computes, although this PyTorch has CUDA: {GpuDriver.Trouble()}; "
                    + "DEVICE=cuda makes this an error"
            );
        }

        return ModelLoader.Load(options.Load, device);
    }
}
