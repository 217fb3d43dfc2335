using System.Net.Sockets;
using GemmaInference.Api;
using GemmaInference.Engine;
using GemmaInference.Fetch;
using GemmaInference.Image;
using GemmaInference.Model;
using GemmaInference.Native;
using Microsoft.Extensions.DependencyInjection;
using TorchSharp;

if (args is ["write-tiny-model", var directory])
{
    TinyModel.Write(directory);
    Console.WriteLine($"wrote a tiny model to {directory}");
    return 0;
}

if (args is ["write-image", var archive])
{
    Console.WriteLine($"{archive} {LayersImage.Write(AppContext.BaseDirectory, archive)}");
    return 0;
}

if (args is ["fetch", .. var words])
{
    return await FetchProcess.RunAsync(words);
}

if (args.Length > 0)
{
    Console.Error.WriteLine(
        "usage: gemma-inference [fetch <source> --to <directory> | write-tiny-model <directory> | "
            + "write-image <archive.tar>]; settings come from the environment, see docs/inference.md"
    );
    return 2;
}

try
{
    var options = ServerOptions.FromEnvironment(Environment.GetEnvironmentVariable);
    await using var app = Server.Build(options, Load, TimeProvider.System);
    // Fetched now, because running disposes the services.
    var host = app.Services.GetRequiredService<EngineHost>();
    await app.RunAsync();
    return host.LoadFailure is null ? 0 : 1;

    // On the engine's thread, where all that touches libtorch happens.
    LoadedModel Load()
    {
        var torch = TorchFinder.Find(
            Environment.GetEnvironmentVariable(TorchFinder.OverrideVariable),
            TorchFinder.RecordedPath,
            TorchFinder.AskPython
        );
        var device = TorchRuntime.Load(torch, Path.GetTempPath(), options.Device);
        if (device == DeviceType.CPU && torch.HasCuda && options.Device is null)
        {
            Console.Error.WriteLine(
                $"gemma-inference: the CPU computes, although this PyTorch has CUDA: {GpuDriver.Trouble()}; "
                    + "DEVICE=cuda makes this an error"
            );
        }

        return ModelLoader.Load(options.Load, device);
    }
}
catch (InferenceException error)
{
    Console.Error.WriteLine($"gemma-inference: {error.Message}");
    return 1;
}
catch (Exception error) when (error is IOException or SocketException)
{
    Console.Error.WriteLine($"gemma-inference: PORT: {error.Message}");
    return 1;
}
