using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;

namespace GemmaOperator.Cluster;

/// <summary>Turns announcements into Kubernetes Events.</summary>
internal sealed class EventPublisher(IEventRecorder recorder)
{
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
        }
    }
}
