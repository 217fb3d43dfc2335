using System.Text.Json.Nodes;
using System.Threading.Channels;
using GemmaOperator.Runtime.Transport;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;

namespace GemmaOperator.Runtime.Observation;

/// <inheritdoc cref="IEventRecorder"/>
internal sealed partial class EventRecorder(
    IKubeApi api, string controller, string instance, TimeProvider time, ILogger<EventRecorder> logger) : IEventRecorder
{
    /// <summary>A repeat within this counts into the series (client-go's convention).</summary>
    private static readonly TimeSpan SeriesGap = TimeSpan.FromMinutes(6);

    /// <summary>A series is written again at most this often; the count in between is kept here.</summary>
    private static readonly TimeSpan SeriesPause = TimeSpan.FromSeconds(30);

    /// <summary>Forget old series when there are more than this.</summary>
    private const int MostSeries = 4096;

    private readonly Dictionary<EventKey, EventSeries> _series = [];
    private readonly Channel<PendingEvent> _pending = Channel.CreateBounded<PendingEvent>(
        new BoundedChannelOptions(1024) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });

    public async ValueTask PublishAsync(
        IKubernetesObject<V1ObjectMeta> regarding,
        EventType type,
        string reason,
        string action,
        string note,
        CancellationToken cancellationToken)
    {
        var meta = regarding.Metadata;
        var reference = new V1ObjectReference
        {
            ApiVersion = regarding.ApiVersion,
            Kind = regarding.Kind,
            Name = meta.Name,
            NamespaceProperty = meta.NamespaceProperty,
            Uid = meta.Uid,
            ResourceVersion = meta.ResourceVersion,
        };
        var key = new EventKey(meta.Uid, meta.NamespaceProperty, meta.Name, type, reason, action, EventNote.Fit(note));
        try
        {
            await _pending.Writer.WriteAsync(new(key, reference, time.GetUtcNow().UtcDateTime), cancellationToken);
        }
        catch (ChannelClosedException)
        {
            LogLost(logger, "the process is stopping", reason, meta.Name);
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
                try
                {
                    await WriteAsync(pending, cancellationToken);
                }
                catch (KubeApiException e)
                {
                    LogLost(logger, e.Message, pending.Key.Reason, pending.Key.Name);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Events are a courtesy: stopping doesn't wait for them.
        }
    }

    private async Task WriteAsync(PendingEvent pending, CancellationToken cancellationToken)
    {
        var now = time.GetTimestamp();
        if (_series.TryGetValue(pending.Key, out var series) && time.GetElapsedTime(series.LastAt, now) < SeriesGap)
        {
            series.Count++;
            series.LastAt = now;
            if (series.Count == 2 || time.GetElapsedTime(series.WrittenAt, now) >= SeriesPause)
            {
                await CountAsync(series, pending, cancellationToken);
                series.WrittenAt = now;
            }

            return;
        }

        if (_series.Count >= MostSeries)
        {
            foreach (var old in _series.Where(s => time.GetElapsedTime(s.Value.LastAt, now) >= SeriesGap).ToList())
            {
                _series.Remove(old.Key);
            }
        }

        _series[pending.Key] = new EventSeries(await CreateAsync(pending, cancellationToken), now);
    }

    private Task<Eventsv1Event> CreateAsync(PendingEvent pending, CancellationToken cancellationToken)
    {
        var key = pending.Key;
        return api.CreateAsync(
            new Eventsv1Event
            {
                Metadata = new V1ObjectMeta
                {
                    // Events about cluster-scoped objects live in "default".
                    NamespaceProperty = key.Namespace ?? "default",
                    Name = $"{key.Name}.{Guid.NewGuid():N}",
                },
                EventTime = pending.At,
                ReportingController = controller,
                ReportingInstance = instance,
                Regarding = pending.Regarding,
                Type = key.Type.ToString(),
                Reason = key.Reason,
                Action = key.Action,
                Note = key.Note,
            },
            cancellationToken);
    }

    private Task<Eventsv1Event> CountAsync(EventSeries series, PendingEvent pending, CancellationToken cancellationToken) =>
        api.PatchAsync<Eventsv1Event>(
            series.Written.Metadata.NamespaceProperty,
            series.Written.Metadata.Name,
            new JsonObject
            {
                ["series"] = new JsonObject
                {
                    ["count"] = series.Count,
                    ["lastObservedTime"] = KubeTimeConverter.Format(pending.At, micro: true),
                },
            },
            subresource: null,
            cancellationToken);

    [LoggerMessage(EventId = 500, Level = LogLevel.Warning, Message = "Event {Reason} about {Name} was not written: {Error}")]
    private static partial void LogLost(ILogger logger, string error, string reason, string name);
}
