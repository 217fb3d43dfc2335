using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;

namespace GemmaOperator.Cluster;

/// <summary>
/// Turns announcements into Kubernetes Events, which are gone after an hour, and into lines of the log, which stay: one
/// for each thing that the operator did or saw.
/// </summary>
/// <param name="recorder">Writes events.</param>
/// <param name="logger">Takes the lines.</param>
/// <param name="time">Tells when a line is said again.</param>
internal sealed partial class EventPublisher(IEventRecorder recorder, ILogger<EventPublisher> logger, TimeProvider time)
{
    /// <summary>Bounds what is remembered of lines, in bytes: some thousands of objects.</summary>
    private const int MostBytes = 4 << 20;

    /// <summary>Says when a line that repeats the last one of its kind is news again: as an event would be.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromHours(1);

    private readonly LruCache<(string Uid, string Reason, string Action), long> _said = new(MostBytes);

    public void Announce(IKubernetesObject<V1ObjectMeta> regarding, IEnumerable<EventText> announcements)
    {
        foreach (var announcement in announcements)
        {
            Announce(regarding, announcement);
        }
    }

    public void Announce(IKubernetesObject<V1ObjectMeta> regarding, EventText? announcement)
    {
        if (announcement is { } a)
        {
            recorder.Publish(regarding, a.IsWarning ? EventType.Warning : EventType.Normal, a.Reason, a.Action, a.Note);
            if (IsNews(regarding, a))
            {
                Log.Happened(
                    logger,
                    a.IsWarning ? LogLevel.Warning : LogLevel.Information,
                    regarding.Kind,
                    regarding.Metadata.NamespaceProperty,
                    regarding.Metadata.Name,
                    a.Action,
                    a.Reason,
                    a.Note
                );
            }
        }
    }

    private bool IsNews(IKubernetesObject<V1ObjectMeta> regarding, EventText a)
    {
        var key = (regarding.Metadata.Uid, a.Reason, a.Action);
        if (_said.TryGet(key, a.Note, out var at) && time.GetElapsedTime(at) < Again)
        {
            return false;
        }

        _said.Set(key, a.Note, time.GetTimestamp(), a.Note.Length);
        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 740, Message = "{Kind} {Namespace}/{Name}: {Action} {Reason}: {Note}")]
        public static partial void Happened(
            ILogger logger,
            LogLevel level,
            string kind,
            string nameSpace,
            string name,
            string action,
            string reason,
            string note
        );
    }
}
