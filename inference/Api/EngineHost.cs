using GemmaInference.Engine;
using GemmaInference.Native;
using GemmaInference.Torch;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace GemmaInference.Api;

/// <summary>
/// Ties the engine to the process: loading begins at once while the probes already answer; a model that can't be
/// loaded ends the process; SIGTERM first turns /readyz off and lets running answers end, then the listener closes.
/// </summary>
internal sealed partial class EngineHost(
    InferenceEngine engine,
    ServerOptions options,
    TimeProvider time,
    IHostApplicationLifetime lifetime,
    ILogger<EngineHost> logger
) : IHostedLifecycleService
{
    private readonly long _start = time.GetTimestamp();
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private Task _loading = Task.CompletedTask;
    private bool _isSilent;

    /// <summary>Gets what loading failed of; null: it didn't fail. The process ends with status 1.</summary>
    public Exception? LoadFailure { get; private set; }

    /// <summary>Gets what the process ends of, once it ends: loading, or a crash of the engine later.</summary>
    public Exception? Failure => LoadFailure ?? engine.Fault;

    /// <summary>Says no more of what loads: the process ends of something else, which is said last.</summary>
    public void Silence()
    {
        lock (_gate)
        {
            _isSilent = true;
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        engine.Start();
        _loading = WatchLoadingAsync();
        return Task.CompletedTask;
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        if (engine.IsStarted && engine.Fault is null)
        {
            Log.Draining(logger, options.DrainTime);
        }

        try
        {
            await engine.DrainAsync().WaitAsync(options.DrainTime, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            Log.DrainTimedOut(logger, options.DrainTime);
            engine.Stop();
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        _started.TrySetResult();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        engine.Dispose();
        _started.TrySetResult();
        // A model that still loads can't be told to stop; nobody waits for it.
        if (engine.Loaded.IsCompleted)
        {
            await _loading;
        }
    }

    private async Task WatchLoadingAsync()
    {
        try
        {
            await engine.Loaded;
            lock (_gate)
            {
                if (!_isSilent)
                {
                    SayLoaded(engine.Model!);
                }
            }
        }
        catch (Exception cause)
        {
            LoadFailure = cause;
            lock (_gate)
            {
                if (!_isSilent)
                {
                    Log.LoadFailed(logger, options.ModelName, OneLine.Of(cause.Message));
                }
            }

            // Stopping a host that is still starting would look like another error.
            await _started.Task;
            lifetime.StopApplication();
        }
    }

    private void SayLoaded(LoadedModel model)
    {
        Log.Loaded(
            logger,
            options.ModelName,
            model.Device,
            model.Weights,
            model.Model.Weights.Bytes >> 20,
            model.Cache.Slots,
            model.Cache.Context,
            model.Cache.Bytes >> 20,
            time.GetElapsedTime(_start).TotalMilliseconds
        );
        if (model.Note is { } note)
        {
            Log.Noted(logger, options.ModelName, OneLine.Of(note));
        }

        if (model.Model.Device == Device.Cuda)
        {
            Log.Ways(
                logger,
                OneLine.Of(engine.GraphTrouble ?? "used"),
                OneLine.Of(model.PackedTrouble ?? "one for all sequences")
            );
        }

        Log.Pages(logger, model.Cache.Pages, OneLine.Of(model.PageTrouble ?? "shared by all slots"));
    }

    private static partial class Log
    {
        [LoggerMessage(
            10,
            LogLevel.Information,
            "{Model} is loaded on {Device}: weights in {Type} take {WeightMebibytes} MiB, {Slots} slots of {Context} "
                + "tokens {CacheMebibytes} MiB; {Milliseconds:F0} ms after start"
        )]
        public static partial void Loaded(
            ILogger logger,
            string model,
            string device,
            string type,
            long weightMebibytes,
            int slots,
            int context,
            long cacheMebibytes,
            double milliseconds
        );

        [LoggerMessage(15, LogLevel.Information, "CUDA graphs: {Graphs}; call of attention: {Attention}")]
        public static partial void Ways(ILogger logger, string graphs, string attention);

        [LoggerMessage(16, LogLevel.Information, "Pages of keys and values: {Pages}, {Reason}")]
        public static partial void Pages(ILogger logger, long pages, string reason);

        [LoggerMessage(11, LogLevel.Critical, "{Model} could not be loaded: {Reason}")]
        public static partial void LoadFailed(ILogger logger, string model, string reason);

        [LoggerMessage(12, LogLevel.Information, "Draining for at most {Time}")]
        public static partial void Draining(ILogger logger, TimeSpan time);

        [LoggerMessage(14, LogLevel.Warning, "{Model}: {Note}")]
        public static partial void Noted(ILogger logger, string model, string note);

        [LoggerMessage(13, LogLevel.Warning, "Some answers did not end within {Time}")]
        public static partial void DrainTimedOut(ILogger logger, TimeSpan time);
    }
}
