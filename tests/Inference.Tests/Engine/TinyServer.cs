using GemmaInference.Api;
using GemmaInference.Api.Requests;
using GemmaInference.Engine;
using GemmaInference.Model;
using GemmaInference.Torch;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Inference.Tests.Engine;

/// <summary>The real server with the tiny model on a free port, stopped with the test.</summary>
internal sealed class TinyServer : IAsyncDisposable
{
    public const string Model = "tiny";
    private readonly ScratchDirectory _scratch = new();
    private readonly WebApplication _app;

    private TinyServer(
        int slots,
        int queue,
        Action<string>? spoil,
        TimeProvider time,
        Func<ServerOptions, ServerOptions>? configure,
        int context
    )
    {
        TinyModel.Write(_scratch.Path);
        spoil?.Invoke(_scratch.Path);
        var settings = new LoadSettings(_scratch.Path, "auto", context, slots);
        var options = new ServerOptions(Model, 0, settings, queue, TimeSpan.FromSeconds(20));
        _app = Server.Build(configure?.Invoke(options) ?? options, () => ModelLoader.Load(settings, Device.Cpu), time);
    }

    public InferenceEngine Engine => _app.Services.GetRequiredService<InferenceEngine>();

    public EngineMetrics Metrics => _app.Services.GetRequiredService<EngineMetrics>();

    public LargeBodies Bodies => _app.Services.GetRequiredService<LargeBodies>();

    public HttpClient Client { get; } = new();

    public IServiceProvider Services => _app.Services;

    public Task Stopped { get; private set; } = Task.CompletedTask;

    public EngineHost Host => _app.Services.GetRequiredService<EngineHost>();

    /// <summary>Started and, unless the model is spoilt, loaded.</summary>
    public static async Task<TinyServer> StartAsync(
        int slots = 4,
        int queue = 64,
        Action<string>? spoil = null,
        TimeProvider? time = null,
        Func<ServerOptions, ServerOptions>? configure = null,
        int context = 512
    )
    {
        var server = new TinyServer(slots, queue, spoil, time ?? TimeProvider.System, configure, context);
        try
        {
            await server._app.StartAsync();
            server.Client.BaseAddress = new Uri(
                server
                    ._app.Services.GetRequiredService<IServer>()
                    .Features.Get<IServerAddressesFeature>()!
                    .Addresses.Single()
                    .Replace("[::]", "127.0.0.1")
            );
            if (spoil is null)
            {
                await server.Engine.Loaded;
            }

            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>As SIGTERM does.</summary>
    public void BeginStop() => Stopped = _app.StopAsync();

    public Task<HttpResponseMessage> PostAsync(string path, string json, CancellationToken cancellation = default) =>
        Client.PostAsync(path, new StringContent(json, System.Text.Encoding.UTF8, "application/json"), cancellation);

    /// <summary>Waits, within a bound, until something observable is so.</summary>
    public static async Task EventuallyAsync(Func<bool> condition)
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!condition())
        {
            bound.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        Client.Dispose();
        _scratch.Dispose();
    }
}
