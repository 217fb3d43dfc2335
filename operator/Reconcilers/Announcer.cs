using GemmaOperator.Plan;
using GemmaOperator.Runtime;
using k8s;
using k8s.Models;

namespace GemmaOperator.Reconcilers;

/// <summary>Turns announcements into Kubernetes Events.</summary>
internal sealed class Announcer(IEventRecorder recorder)
{
    public async Task AnnounceAsync(
        IKubernetesObject<V1ObjectMeta> regarding, IEnumerable<Announcement> announcements, CancellationToken cancellationToken)
    {
        foreach (var announcement in announcements)
        {
            await AnnounceAsync(regarding, announcement, cancellationToken);
        }
    }

    public async Task AnnounceAsync(
        IKubernetesObject<V1ObjectMeta> regarding, Announcement? announcement, CancellationToken cancellationToken)
    {
        if (announcement is { } a)
        {
            await recorder.PublishAsync(
                regarding, a.IsWarning ? EventType.Warning : EventType.Normal, a.Reason, a.Action, a.Note, cancellationToken);
        }
    }
}
