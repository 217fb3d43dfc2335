using GemmaOperator.BaseImages.Serving;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Cluster.Comparison;
using k8s;
using k8s.Models;

namespace Operator.Tests.BaseImages.Serving;

/// <content>What admission, and others, make of what is written.</content>
internal sealed partial class RolloutWorld
{
    /// <summary>Somebody changes the Deployment: a webhook on its way, or a person afterwards.</summary>
    public RolloutWorld Rewrite(Action<V1Deployment> change)
    {
        // A copy: what is wanted shares its parts.
        var live = KubernetesJson.Deserialize<V1Deployment>(KubernetesJson.Serialize(_workload.Deployment));
        change(live);
        _workload = _workload with { Deployment = live };
        return this;
    }

    /// <summary>The next step is the one that wrote the Deployment, and this is what came of it.</summary>
    public RolloutWorld WrittenAsItStands() => Written(Drift.All(Desired, _workload.Deployment));

    /// <summary>The next step is the one that wrote the Deployment, with these differences.</summary>
    public RolloutWorld Written(IReadOnlyList<Difference> differences)
    {
        var wanted = Desired;
        _written = new WrittenWorkload
        {
            Objects =
            [
                new WrittenObject(
                    V1Deployment.KubeKind,
                    wanted.LastApplied!,
                    RunningImage.IdentityOf(ServingDeployment.ImageOf(wanted.Spec.Template.Spec)),
                    differences
                ),
            ],
        };
        return this;
    }

    /// <summary>The API server says who has a contested field.</summary>
    public RolloutWorld Owned(string by)
    {
        _written = new WrittenWorkload { Owner = by };
        return this;
    }

    /// <summary>The ReplicaSet is asked for: it made the pods, from what the Deployment asks for.</summary>
    public RolloutWorld ShowReplicaSet()
    {
        var set = new V1ReplicaSet
        {
            Metadata = new V1ObjectMeta { Name = "gemma-1", Uid = "set-1" },
            Spec = new V1ReplicaSetSpec { Template = _workload.Deployment!.Spec.Template },
        };
        _workload = _workload with { ReplicaSets = [set] };
        return Change(pod => pod.Metadata.OwnerReferences = [new V1OwnerReference { Uid = set.Metadata.Uid }]);
    }

    /// <summary>
    /// The container of a Job beside the workload has ended, and a proxy in its pod runs on: a pull onto a node, or the
    /// smoke test.
    /// </summary>
    public RolloutWorld HoldOpen(string? node = null, int exitCode = 0)
    {
        var job = _workload.Jobs.First(j => node is null || j.Spec.Template.Spec.NodeName == node);
        var pod = _workload.SidePods.FirstOrDefault(p => p.Metadata.OwnerReferences[0].Uid == job.Metadata.Uid);
        var ended = pod?.Status.ContainerStatuses[0].State.Terminated ?? new V1ContainerStateTerminated();
        ended.ExitCode = exitCode;
        pod = new V1Pod
        {
            Metadata = new V1ObjectMeta
            {
                Name = job.Metadata.Name + "-x",
                OwnerReferences = [new V1OwnerReference { Uid = job.Metadata.Uid, Controller = true }],
            },
            Status = new V1PodStatus
            {
                Phase = "Running",
                ContainerStatuses =
                [
                    new V1ContainerStatus
                    {
                        Name = job.MainContainer,
                        State = new V1ContainerState { Terminated = ended },
                    },
                    new V1ContainerStatus
                    {
                        Name = "istio-proxy",
                        State = new V1ContainerState { Running = new V1ContainerStateRunning() },
                    },
                ],
            },
        };
        _workload = _workload with { SidePods = [pod] };
        return this;
    }

    /// <summary>A Job is gone.</summary>
    public RolloutWorld WithoutJob(string name)
    {
        _workload = _workload with { Jobs = [.. _workload.Jobs.Where(j => j.Metadata.Name != name)], SidePods = [] };
        return this;
    }
}
