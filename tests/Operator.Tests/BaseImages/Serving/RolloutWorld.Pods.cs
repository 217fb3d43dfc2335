using GemmaOperator.Api.Builds;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Cluster;
using k8s.Models;

namespace Operator.Tests.BaseImages.Serving;

/// <content>What becomes of the pods.</content>
internal sealed partial class RolloutWorld
{
    /// <summary>No node takes the pods, or takes them at last.</summary>
    public RolloutWorld Place(string? node)
    {
        foreach (var pod in _workload.Pods)
        {
            pod.Spec.NodeName = node;
            pod.Status.Phase = "Pending";
            pod.Status.ContainerStatuses = [];
            pod.Status.Conditions =
            [
                new V1PodCondition
                {
                    Type = "PodScheduled",
                    Status = node is null ? "False" : "True",
                    Message = node is null ? "0/1 nodes are available: 1 Insufficient nvidia.com/gpu" : null,
                    LastTransitionTime = _now,
                },
            ];
        }

        return this;
    }

    /// <summary>Their servers start: whatever was needed before that is there.</summary>
    public RolloutWorld Start()
    {
        foreach (var pod in _workload.Pods)
        {
            pod.Status.Phase = "Running";
            pod.Status.ContainerStatuses =
            [
                new V1ContainerStatus
                {
                    Name = ServingDeployment.ContainerName,
                    State = new V1ContainerState { Running = new V1ContainerStateRunning { StartedAt = _now } },
                },
            ];
        }

        return this;
    }

    /// <summary>The newest pod finds no GPU.</summary>
    public RolloutWorld Unschedule()
    {
        var newest = _workload.Pods[^1];
        (newest.Spec.NodeName, newest.Status.Phase, newest.Status.ContainerStatuses) = (null, "Pending", []);
        newest.Status.Conditions =
        [
            new V1PodCondition
            {
                Type = "PodScheduled",
                Status = "False",
                Message = "0/1 nodes are available: 1 Insufficient nvidia.com/gpu",
            },
        ];
        return this;
    }

    /// <summary>All but the newest pod are told to end; or have ended and are gone.</summary>
    public RolloutWorld EndOthers(bool areGone)
    {
        foreach (var pod in _workload.Pods.SkipLast(1))
        {
            pod.Metadata.DeletionTimestamp = _now;
        }

        _workload = areGone ? _workload with { Pods = [_workload.Pods[^1]] } : _workload;
        return this;
    }

    /// <summary>When somebody looks again though nothing changes.</summary>
    public DateTime? NextLook => ServedPodEventsPolicy.NextLook(_workload, _now);

    /// <summary>A pod that its node threw out is left as an object.</summary>
    public RolloutWorld Evicted(ImageStatus app)
    {
        var gone = Pod(app, ServingTemplate.For(_image, app.Reference), isReady: false, restarts: 5, "n1");
        gone.Status.Phase = "Failed";
        gone.Status.Reason = "Evicted";
        _workload = _workload with { Pods = [gone, .. _workload.Pods] };
        return this;
    }

    /// <summary>Changes each pod, or only the newest.</summary>
    public RolloutWorld Change(Action<V1Pod> change, bool onlyNewest = false)
    {
        foreach (var pod in onlyNewest ? [_workload.Pods[^1]] : _workload.Pods)
        {
            change(pod);
        }

        return this;
    }

    /// <summary>Somebody says something about a pod.</summary>
    public RolloutWorld Tell(string reason, string message, string about = "gemma-x")
    {
        _workload = _workload with { Events = [.. _workload.Events, new ObjectEvent(about, reason, message)] };
        return this;
    }

    /// <summary>A kubelet refuses the pods, and each that follows.</summary>
    public RolloutWorld RefuseOnNode(string reason, string message) =>
        Change(pod =>
        {
            (pod.Status.Phase, pod.Status.Reason, pod.Status.Message) = ("Failed", reason, message);
            pod.Status.ContainerStatuses = null;
        });

    /// <summary>A pod comes after those that are there.</summary>
    public RolloutWorld CarryOutOver(ImageStatus app)
    {
        var newest = Pod(app, ServingTemplate.For(_image, app.Reference), isReady: false, restarts: 0, "n1");
        _workload = _workload with { Pods = [.. _workload.Pods, newest] };
        return this;
    }

    /// <summary>A node doesn't answer any more.</summary>
    public RolloutWorld Lose(string node, string why = "Kubelet stopped posting node status.")
    {
        _workload = _workload with { LostNodes = [new LostNode(node, _now, why)] };
        return this;
    }

    private V1Pod Pod(ImageStatus app, ServingTemplate template, bool isReady, int restarts, string node) =>
        new()
        {
            Metadata = new V1ObjectMeta
            {
                Name = "gemma-x",
                CreationTimestamp = _now,
                Uid = $"pod-{app.Build}-{template.Settings}-{node}",
                Annotations = template.Pod.Metadata.Annotations,
            },
            Spec = new V1PodSpec
            {
                NodeName = node,
                Containers = [new V1Container { Name = ServingDeployment.ContainerName, Image = app.Reference }],
            },
            Status = new V1PodStatus
            {
                Phase = "Running",
                PodIP = "10.0.0.7",
                ContainerStatuses =
                [
                    new V1ContainerStatus
                    {
                        Name = ServingDeployment.ContainerName,
                        Ready = isReady,
                        RestartCount = restarts,
                        State = new V1ContainerState
                        {
                            Running = new V1ContainerStateRunning { StartedAt = _now.AddHours(-1) },
                        },
                        LastState = new V1ContainerState
                        {
                            Terminated =
                                restarts > 0
                                    ? new V1ContainerStateTerminated { ExitCode = 139, Reason = "Error" }
                                    : null,
                        },
                    },
                ],
            },
        };
}
