using System.Text.Json.Nodes;
using System.Threading.Channels;
using GemmaOperator.Runtime.Client;
using GemmaOperator.Runtime.Contracts;
using GemmaOperator.Runtime.Queueing;
using GemmaOperator.Runtime.Text;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;

namespace GemmaOperator.Runtime.Events;

/// <inheritdoc cref="IEventRecorder"/>
internal sealed partial class EventRecorder(
    IKubeApi api,
    string controller,
    string instance,
    TimeProvider time,
    ILogger<EventRecorder> logger
) : IEventRecorder
{
    /// <summary>Paces a series: it is written again at most this often; the count in between is kept here.</summary>
    private static readonly TimeSpan SeriesPause = TimeSpan.FromSeconds(30);

    /// <summary>Paces attempts at one event while the server is away or overloaded.</summary>
    private static readonly Backoff Pauses = new(TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(15));

    /// <summary>
    /// Bounds attempts to two minutes or so: an outage of the usual length costs no event, and one event never blocks
    /// the rest for ever.
    /// </summary>
    private const int MostAttempts = 12;

    /// <summary>Bounds events that wait to be written; what comes on top of them is lost.</summary>
    internal const int MostPending = 1024;

    private readonly EventNames _names = new(time);
    private readonly EventSeriesBook _series = new(time);
    private readonly EventBudget _budget = new(time);

    private readonly Channel<PendingEvent> _pending = Channel.CreateBounded<PendingEvent>(
        new BoundedChannelOptions(MostPending) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true }
    );

    public void Publish(
        IKubernetesObject<V1ObjectMeta> regarding,
        EventType type,
        string reason,
        string action,
        string note
    )
    {
        var meta = regarding.Metadata;
        if (!_budget.TryTake(meta.Uid ?? $"{meta.NamespaceProperty}/{meta.Name}"))
        {
            Log.Spared(logger, reason, meta.Name);
            return;
        }

        var reference = new V1ObjectReference
        {
            ApiVersion = regarding.ApiVersion,
            Kind = regarding.Kind,
            Name = meta.Name,
            NamespaceProperty = meta.NamespaceProperty,
            Uid = meta.Uid,
            ResourceVersion = meta.ResourceVersion,
        };
        var key = new EventKey(
            meta.Uid,
            meta.NamespaceProperty,
            meta.Name,
            type,
            reason,
            action,
            EventNote.Fit(VisibleText.Line(note))
        );
        if (!_pending.Writer.TryWrite(new(_names.Next(meta.Name), key, reference, time.GetUtcNow().UtcDateTime)))
        {
            Log.Lost(logger, "too many wait already, or the process is stopping", reason, meta.Name);
        }
    }

    /// <summary>Takes no more events; <see cref="RunAsync"/> ends when those that wait are written.</summary>
    public void Complete() => _pending.Writer.TryComplete();

    /// <summary>Writes events until completed or cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var pending in _pending.Reader.ReadAllAsync(cancellationToken))
            {
                await TryWriteAsync(pending, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Events are a courtesy: stopping doesn't wait for them.
        }
    }

    private async Task TryWriteAsync(PendingEvent pending, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            TimeSpan pause;
            try
            {
                await WriteAsync(pending, cancellationToken);
                return;
            }
            catch (KubeApiException e) when (e.IsTransient && attempt + 1 < MostAttempts)
            {
                pause = Pauses.Delay(attempt, Random.Shared.NextDouble());
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                // Whatever is wrong with one event, the next may be fine.
                Log.Lost(logger, e.Message, pending.Key.Reason, pending.Key.Name);
                return;
            }

            await Task.Delay(pause, time, cancellationToken);
        }
    }

    private async Task WriteAsync(PendingEvent pending, CancellationToken cancellationToken)
    {
        var now = time.GetTimestamp();
        if (_series.Find(pending.Key) is { } series)
        {
            if (series.Count > 1 && time.GetElapsedTime(series.WrittenAt, now) < SeriesPause)
            {
                series.Count++;
                series.LastAt = now;
                return;
            }

            if (await CountAsync(series, series.Count + 1, pending, cancellationToken))
            {
                series.Count++;
                (series.LastAt, series.WrittenAt) = (now, now);
                return;
            }
        }

        _series.Open(pending.Key, await CreateAsync(pending, now, cancellationToken));
    }

    private async Task<EventSeries> CreateAsync(PendingEvent pending, long now, CancellationToken cancellationToken)
    {
        var key = pending.Key;
        // Events about cluster-scoped objects live in "default".
        var series = new EventSeries(key.Namespace ?? "default", pending.Name, now);
        try
        {
            await api.CreateAsync(
                new Corev1Event
                {
                    Metadata = new V1ObjectMeta { NamespaceProperty = series.Namespace, Name = series.Name },
                    EventTime = pending.At,
                    // By these every kubectl sorts; events.k8s.io lets nobody set them.
                    FirstTimestamp = pending.At,
                    LastTimestamp = pending.At,
                    Count = 1,
                    Source = new V1EventSource { Component = controller },
                    ReportingComponent = controller,
                    ReportingInstance = instance,
                    InvolvedObject = pending.Regarding,
                    Type = key.Type.ToString(),
                    Reason = key.Reason,
                    Action = key.Action,
                    Message = key.Note,
                },
                cancellationToken
            );
        }
        catch (KubeApiException e) when (e.IsAlreadyExists)
        {
            // An earlier attempt had come through, only its answer hadn't.
        }

        return series;
    }

    /// <summary>
    /// Counts one more; returns false when the event is gone: the server keeps events for an hour only.
    /// </summary>
    private async Task<bool> CountAsync(
        EventSeries series,
        int count,
        PendingEvent pending,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await api.PatchAsync<Corev1Event>(
                series.Namespace,
                series.Name,
                new JsonObject
                {
                    ["count"] = count,
                    ["lastTimestamp"] = KubeTimeConverter.Format(pending.At, micro: false),
                },
                subresource: null,
                cancellationToken
            );
            return true;
        }
        catch (KubeApiException e) when (e.IsNotFound)
        {
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            EventId = 500,
            Level = LogLevel.Warning,
            Message = "Event {Reason} about {Name} was not written: {Error}"
        )]
        public static partial void Lost(ILogger logger, string error, string reason, string name);

        [LoggerMessage(
            EventId = 501,
            Level = LogLevel.Debug,
            Message = "Event {Reason} about {Name} was not written: it has had many of late."
        )]
        public static partial void Spared(ILogger logger, string reason, string name);
    }
}
