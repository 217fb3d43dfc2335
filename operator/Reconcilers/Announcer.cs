using GemmaOperator.Plan;
using GemmaOperator.Runtime;
using k8s;
using k8s.Models;

namespace GemmaOperator.Reconcilers;

/// <summary>Turns announcements into Kubernetes Events.</summary>
internal sealed class Announcer(IEventRecorder recorder)
{
    public void Announce(IKubernetesObject<V1ObjectMeta> regarding, IEnumerable<Announcement> announcements)
    {
        foreach (var announcement in announcements)
        {
            Announce(regarding, announcement);
        }
    }

    public void Announce(IKubernetesObject<V1ObjectMeta> regarding, Announcement? announcement)
    {
        if (announcement is { } a)
        {
            recorder.Publish(regarding, a.IsWarning ? EventType.Warning : EventType.Normal, a.Reason, a.Action, a.Note);
        }
    }
}
