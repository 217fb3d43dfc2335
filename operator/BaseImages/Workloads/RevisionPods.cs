using GemmaOperator.Cluster;
using k8s.Models;

namespace GemmaOperator.BaseImages.Workloads;

/// <summary>
/// Sorts the pods of one template by what their own state says about them. Leaves out those that are being deleted and
/// those that have ended: an evicted pod stays as an object long after another has taken its place.
/// </summary>
internal sealed class RevisionPods
{
    private readonly Workload _workload;
    private readonly List<V1Pod> _all;
    private readonly List<(V1Pod Pod, PodState State)> _staying;

    public RevisionPods(Workload workload, ServingTemplate template)
        : this(workload, pod => workload.IsOf(pod, template.Identity, template.Settings)) { }

    private RevisionPods(Workload workload, Func<V1Pod, bool> isMeant)
    {
        _workload = workload;
        _all = [.. workload.Pods.Where(isMeant)];
        _staying = [.. _all.Where(p => p.IsStaying).Select(p => (p, PodStateReader.Read(p, workload)))];
    }

    /// <summary>Gets the pods that answer.</summary>
    public IEnumerable<V1Pod> Ready => _staying.Where(p => p.State is PodState.Answering).Select(p => p.Pod);

    /// <summary>
    /// Gets the pods whose server has started and doesn't answer, each with since when (UTC): their own fault, until
    /// shown otherwise.
    /// </summary>
    public IEnumerable<(V1Pod Pod, DateTime Since)> Started =>
        _staying.SelectMany(p =>
            p.State switch
            {
                PodState.Loading loading => new[] { (p.Pod, loading.Since) },
                PodState.Crashing crashing => [(p.Pod, crashing.Since)],
                _ => [],
            }
        );

    /// <summary>Gets what is to be told of pods that don't answer; null when there is nothing.</summary>
    public PodState? Trouble =>
        _staying
            .Select(p => p.State)
            .Where(s => s.Weight > 0)
            .Concat(new PodState?[] { Refused, NotTaken }.OfType<PodState>())
            .MaxBy(s => s.Weight);

    /// <summary>Gets what keeps pods from starting, whatever their image; null when nothing is known to.</summary>
    public PodState.Held? Hold =>
        Trouble is PodState.Held { By: not PodHold.Starting } held ? held
        : Trouble is PodState.Loading or PodState.Crashing
            ? _staying.Select(p => p.State).OfType<PodState.Held>().FirstOrDefault(h => h.By != PodHold.Starting)
        : null;

    /// <summary>Returns the pods of what the Deployment asks for now.</summary>
    public static RevisionPods Present(Workload workload) =>
        new(workload, pod => workload.IsOf(pod, workload.Identity, workload.Settings));

    /// <summary>Returns all others.</summary>
    public static RevisionPods Others(Workload workload) =>
        new(workload, pod => !workload.IsOf(pod, workload.Identity, workload.Settings));

    /// <summary>Returns the pod of that uid that stays; null when there is none.</summary>
    public V1Pod? Find(string uid) =>
        _staying.Where(p => p.Pod.Metadata.Uid == uid).Select(p => p.Pod).FirstOrDefault();

    /// <summary>
    /// Gets the newest end of a pod that a kubelet refused, or that had to go, when no later one has got further: a
    /// ReplicaSet makes one after another.
    /// </summary>
    private PodState.Held? Refused
    {
        get
        {
            var accepted = _staying
                .Where(p => p.Pod.Status?.ContainerStatuses is { Count: > 0 })
                .Select(p => p.Pod.Metadata.CreationTimestamp)
                .Max();
            return
                _all.Where(p => p.Metadata.DeletionTimestamp is null && PodEnd.Of(p) is not null)
                    .MaxBy(p => p.Metadata.CreationTimestamp)
                    is { } newest
                && !(newest.Metadata.CreationTimestamp < accepted)
                ? PodStateReader.Read(newest, _workload) as PodState.Held
                : null;
        }
    }

    private PodState.Held? NotTaken =>
        _workload.Refusal is { } refusal ? new PodState.Held(PodHold.Refused, $"no pod is taken: {refusal}") : null;
}
