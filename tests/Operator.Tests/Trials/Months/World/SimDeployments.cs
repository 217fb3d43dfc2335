using System.Security.Cryptography;
using System.Text;
using GemmaOperator.BaseImages.Workloads;
using k8s;
using k8s.Models;

namespace Operator.Tests.Trials.Months.World;

/// <summary>
/// Runs the Deployments of a simulated cluster, one pod each: a successor starts beside the pod that serves, which goes
/// when the successor answers. Some images never answer.
/// </summary>
internal sealed class SimDeployments(SimStore store, SimFaults faults, SimTime time, Dice dice)
{
    private readonly Dictionary<string, DateTime> _ready = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTime> _since = new(StringComparer.Ordinal);
    private readonly Dictionary<string, bool> _bad = new(StringComparer.Ordinal);
    private int _pods;
    private string? _seen;
    private DateTime? _wake;

    public DateTime? Next =>
        _ready
            .Values.Concat(_since.Values.Select(s => s.AddMinutes(61)))
            .Where(at => at > time.Now)
            .Select(at => (DateTime?)at)
            .Min();

    /// <summary>Tells whether an image never answers; decided once for each.</summary>
    public bool IsBad(string image) =>
        _bad.TryGetValue(image, out var known)
            ? known
            : _bad[image] = faults.IsOn && _bad.Count > 0 && dice.For("image").Next(6) == 0;

    /// <summary>Tells whether an image of that digest never answers.</summary>
    public bool IsBadDigest(string digest) =>
        _bad.Any(b => b.Value && b.Key.EndsWith(digest, StringComparison.Ordinal));

    public void Step()
    {
        var isDue = _wake <= time.Now;
        _wake = isDue ? null : _wake;
        if (store.Version == _seen && !isDue)
        {
            return;
        }

        foreach (var deployment in store.List<V1Deployment>())
        {
            var pods = store
                .List<V1Pod>()
                .Where(p => p.Metadata.OwnerReferences is [var owner, ..] && owner.Uid == deployment.Metadata.Uid)
                .ToList();
            Step(deployment, pods);
        }

        (_seen, _wake) = (store.Version, Next);
    }

    public static bool Answers(V1Pod pod) =>
        pod.Status?.Conditions?.Any(c => c is { Type: "Ready", Status: "True" }) == true;

    private void Step(V1Deployment deployment, List<V1Pod> pods)
    {
        var hash = Hash(deployment);
        if (pods.All(p => p.Metadata.Labels["pod-template-hash"] != hash))
        {
            _since[deployment.Metadata.Uid] = time.Now;
            // A predecessor that never answered gives way.
            pods.Where(p => !Answers(p)).ToList().ForEach(p => Drop(p, pods));
            pods.Add(Start(deployment, hash));
        }

        var newest = pods.Single(p => p.Metadata.Labels["pod-template-hash"] == hash);
        if (!Answers(newest) && _ready.TryGetValue(newest.Metadata.Uid, out var at) && at <= time.Now)
        {
            newest = store.Change<V1Pod>(newest.Metadata.NamespaceProperty, newest.Metadata.Name, Serving);
        }

        if (Answers(newest))
        {
            pods.Where(p => p.Metadata.Uid != newest.Metadata.Uid).ToList().ForEach(p => Drop(p, pods));
        }

        var late =
            time.Now - _since[deployment.Metadata.Uid]
            > TimeSpan.FromSeconds(deployment.Spec.ProgressDeadlineSeconds ?? 600);
        store.Change<V1Deployment>(
            deployment.Metadata.NamespaceProperty,
            deployment.Metadata.Name,
            live =>
            {
                live.Status = new V1DeploymentStatus
                {
                    ObservedGeneration = live.Metadata.Generation,
                    Replicas = pods.Count,
                    UpdatedReplicas = 1,
                    ReadyReplicas = pods.Count(IsReadyNow),
                    AvailableReplicas = pods.Count(IsReadyNow),
                    Conditions =
                    [
                        new V1DeploymentCondition
                        {
                            Type = "Progressing",
                            Status = late && !Answers(newest) ? "False" : "True",
                            Reason = late && !Answers(newest) ? "ProgressDeadlineExceeded" : "ReplicaSetUpdated",
                        },
                    ],
                };
                return live;
            }
        );

        bool IsReadyNow(V1Pod pod) => pod.Metadata.Uid == newest.Metadata.Uid ? Answers(newest) : Answers(pod);
    }

    private void Drop(V1Pod pod, List<V1Pod> pods)
    {
        store.Delete(typeof(V1Pod), new(pod.Metadata.NamespaceProperty, pod.Metadata.Name));
        _ready.Remove(pod.Metadata.Uid);
        pods.Remove(pod);
    }

    private V1Pod Start(V1Deployment deployment, string hash)
    {
        var template = SimStore.Copy(deployment).Spec.Template;
        template.Spec.NodeName = "node-1";
        var image = ServingDeployment.ImageOf(template.Spec)!;
        var pod = store.Create(
            new V1Pod
            {
                ApiVersion = "v1",
                Kind = "Pod",
                Metadata = new V1ObjectMeta
                {
                    Name = $"{deployment.Metadata.Name}-{hash}-{++_pods}",
                    NamespaceProperty = deployment.Metadata.NamespaceProperty,
                    Labels = new Dictionary<string, string>(template.Metadata.Labels, StringComparer.Ordinal)
                    {
                        ["pod-template-hash"] = hash,
                    },
                    Annotations = template.Metadata.Annotations,
                    OwnerReferences =
                    [
                        new V1OwnerReference
                        {
                            ApiVersion = "apps/v1",
                            Kind = "Deployment",
                            Name = deployment.Metadata.Name,
                            Uid = deployment.Metadata.Uid,
                            Controller = true,
                        },
                    ],
                },
                Spec = template.Spec,
                Status = new V1PodStatus
                {
                    Phase = "Running",
                    PodIP = "10.0.0.9",
                    StartTime = time.Now,
                    Conditions = [Is("PodScheduled", "True"), Is("Ready", "False")],
                    ContainerStatuses = [Container(image, isReady: false)],
                },
            }
        );
        if (!IsBad(image))
        {
            _ready[pod.Metadata.Uid] = time.Now.AddSeconds(dice.For("start").Next(20, 300));
        }

        return pod;
    }

    private V1Pod Serving(V1Pod pod)
    {
        pod.Status.Conditions = [Is("PodScheduled", "True"), Is("ContainersReady", "True"), Is("Ready", "True")];
        pod.Status.ContainerStatuses = [Container(pod.Spec.Containers[0].Image, isReady: true)];
        return pod;
    }

    private V1ContainerStatus Container(string image, bool isReady) =>
        new()
        {
            Name = ServingDeployment.ContainerName,
            Image = image,
            ImageID = image,
            Ready = isReady,
            Started = true,
            State = new V1ContainerState { Running = new V1ContainerStateRunning { StartedAt = time.Now } },
        };

    private V1PodCondition Is(string type, string status) =>
        new()
        {
            Type = type,
            Status = status,
            LastTransitionTime = time.Now,
        };

    private static string Hash(V1Deployment deployment) =>
        Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes(KubernetesJson.Serialize(deployment.Spec.Template)))
        )[..8];
}
