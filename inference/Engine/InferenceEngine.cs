using GemmaInference.Engine.Embedding;
using GemmaInference.Engine.Graphs;
using GemmaInference.Native;
using Microsoft.Extensions.Logging;

namespace GemmaInference.Engine;

/// <summary>
/// Runs one thread that loads the model, makes one token to prove it, then steps until stopped. Everything that touches
/// a tensor happens there; other threads only submit, cancel and look.
/// </summary>
internal sealed partial class InferenceEngine : IDisposable
{
    private static readonly TimeSpan IdleBeat = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(5);
    private readonly Func<LoadedModel> _load;
    private readonly EngineOptions _options;
    private readonly TimeProvider _time;
    private readonly EngineMetrics _metrics;
    private readonly ILogger<InferenceEngine> _logger;
    private readonly Thread _thread;
    private readonly AutoResetEvent _wake = new(false);
    private readonly Lock _gate = new();
    private readonly List<Sequence> _waiting = [];
    private readonly EmbeddingQueue _texts = new();
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _beat;
    private volatile bool _draining;
    private volatile bool _stopping;
    private bool _disposed;
    private volatile Exception? _fault;
    private DecodeGraphs? _graphs;

    public InferenceEngine(
        Func<LoadedModel> load,
        EngineOptions options,
        TimeProvider time,
        EngineMetrics metrics,
        ILogger<InferenceEngine> logger
    )
    {
        (_load, _options, _time, _metrics, _logger) = (load, options, time, metrics, logger);
        _beat = time.GetTimestamp();
        _thread = new Thread(Run) { Name = "engine", IsBackground = true };
    }

    /// <summary>Completes when one token was made; fails with what loading failed of.</summary>
    public Task Loaded => _loaded.Task;

    /// <summary>Gets the model, once <see cref="Loaded"/>.</summary>
    public LoadedModel? Model { get; private set; }

    /// <summary>Gets why steps aren't recorded as graphs, once <see cref="Loaded"/>; null where they are.</summary>
    public string? GraphTrouble => Model?.GraphTrouble ?? _graphs?.Trouble;

    /// <summary>Completes when weights are loaded and one token is made.</summary>
    public bool IsStarted => _loaded.Task.IsCompletedSuccessfully;

    public bool IsDraining => _draining;

    /// <summary>Gets the error that ended the engine, if one did.</summary>
    public Exception? Fault => _fault;

    /// <summary>
    /// Gets whether it makes progress: false after a fatal error, or when a step takes longer than the stall limit.
    /// Loading may take its time.
    /// </summary>
    public bool IsHealthy =>
        _fault is null && (!IsStarted || _time.GetElapsedTime(Interlocked.Read(ref _beat)) < _options.StallLimit);

    public void Start() => _thread.Start();

    /// <summary>Queues sequences together: all are accepted or none.</summary>
    public Submission TrySubmit(IReadOnlyList<GenerationRequest> requests, out IReadOnlyList<Sequence> sequences)
    {
        sequences = [];
        if (!IsStarted || _fault is not null)
        {
            return Submission.NotReady;
        }

        lock (_gate)
        {
            if (_draining)
            {
                return Submission.Draining;
            }

            _waiting.RemoveAll(DropIfCancelled);
            if (_waiting.Count + requests.Count > _options.MaxQueue)
            {
                _metrics.Rejected();
                return Submission.QueueFull;
            }

            var now = _time.GetTimestamp();
            sequences = [.. requests.Select(request => new Sequence(request, now))];
            _waiting.AddRange(sequences);
        }

        _wake.Set();
        return Submission.Accepted;
    }

    /// <summary>Queues a request's texts to be embedded.</summary>
    public Submission TrySubmit(EmbeddingJob job)
    {
        if (!IsStarted || _fault is not null)
        {
            return Submission.NotReady;
        }

        lock (_gate)
        {
            if (_draining)
            {
                return Submission.Draining;
            }

            if (!_texts.TryAdd(job, _options.MaxQueue))
            {
                _metrics.Rejected();
                return Submission.QueueFull;
            }
        }

        _wake.Set();
        return Submission.Accepted;
    }

    /// <summary>Takes no more; completes when all that was taken has ended.</summary>
    public Task DrainAsync()
    {
        lock (_gate)
        {
            _draining = true;
        }

        if (!IsStarted || _fault is not null || _stopping)
        {
            _drained.TrySetResult();
        }
        else
        {
            _wake.Set();
        }

        return _drained.Task;
    }

    /// <summary>Ends what still runs at the next step: its readers are told that the server stops.</summary>
    public void Stop()
    {
        _stopping = true;
        _wake.Set();
    }

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        Stop();
        // A thread that loads or hangs can't be asked to end; it is a background thread and ends with the process.
        if (!_thread.IsAlive || _thread.Join(EndPatience))
        {
            _wake.Dispose();
        }
    }

    private void Run()
    {
        StepRunner? runner = null;
        try
        {
            Model = _load();
            _metrics.Graphs(0, Model.GraphTrouble);
            _graphs = Model.Record(_options, reason => Log.NoGraphs(_logger, OneLine.Of(reason)));
            runner = new StepRunner(Model.Model, Model.Cache, _options, _time, _metrics, _graphs);
            _metrics.Size(Model.Cache.Slots, Model.Cache.Context, Model.Cache.Bytes, Model.Model.Weights.Bytes);
            _metrics.Pages(Model.Cache.Pages);
            ModelProof.Run(runner, Model, _time);
            Interlocked.Exchange(ref _beat, _time.GetTimestamp());
            _loaded.TrySetResult();
            while (!_stopping)
            {
                Turn(runner);
            }

            End(runner, new EngineStoppedException());
        }
        catch (Exception cause)
        {
            _fault = cause;
            if (_loaded.TrySetException(cause))
            {
                return;
            }

            Log.Failed(_logger, cause.GetType().Name, OneLine.Of(cause.Message));
            Log.Trace(_logger, cause);
            End(runner, cause);
        }
        finally
        {
            _graphs?.Dispose();
            Model?.Dispose();
        }
    }

    private void Turn(StepRunner runner)
    {
        lock (_gate)
        {
            _waiting.RemoveAll(DropIfCancelled);
            runner.Readmit();
            while (_waiting.Count > 0 && runner.TryAdmit(_waiting[0]))
            {
                _waiting.RemoveAt(0);
            }

            if (_draining && runner.Active == 0 && _waiting.Count == 0 && _texts.Count == 0)
            {
                _drained.TrySetResult();
            }

            _metrics.Load(runner.Active - runner.PutBack, _waiting.Count + _texts.Count + runner.PutBack, runner.Usage);
        }

        Interlocked.Exchange(ref _beat, _time.GetTimestamp());
        if (
            Model is { Embedder: { } embedder } model
            && _texts.Run(embedder, model.Model, model.Cache) is var read and > 0
        )
        {
            _metrics.Prompt(read);
            return;
        }

        if (runner.Active == 0)
        {
            _wake.WaitOne(IdleBeat);
        }
        else
        {
            runner.Step();
        }
    }

    private bool DropIfCancelled(Sequence item)
    {
        if (!item.IsCancelled)
        {
            return false;
        }

        _metrics.Finished(FinishReason.Cancelled);
        item.Finish(FinishReason.Cancelled);
        return true;
    }

    private void End(StepRunner? runner, Exception cause)
    {
        lock (_gate)
        {
            _draining = true;
            foreach (var item in _waiting)
            {
                item.Fail(cause);
            }

            _waiting.Clear();
            _texts.Fail(cause);
            _metrics.Load(0, 0, 0);
        }

        runner?.Fail(cause);
        _drained.TrySetResult();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Critical, "The engine failed and serves no more: {Type}: {Reason}")]
        public static partial void Failed(ILogger logger, string type, string reason);

        [LoggerMessage(2, LogLevel.Debug, "Where the engine failed")]
        public static partial void Trace(ILogger logger, Exception cause);

        [LoggerMessage(3, LogLevel.Warning, "CUDA graphs are used no more, answers stay the same: {Reason}")]
        public static partial void NoGraphs(ILogger logger, string reason);
    }
}
