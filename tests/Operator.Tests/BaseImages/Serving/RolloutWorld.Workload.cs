using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.BaseImages.Status;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Cluster;
using GemmaOperator.Text;
using k8s.Models;

namespace Operator.Tests.BaseImages.Serving;

/// <content>What becomes of the workload: pods, nodes, Jobs, and what is said of them.</content>
internal sealed partial class RolloutWorld
{
    /// <summary>
    /// The Deployment asks for <paramref name="app"/>; its pods are ready, or in the state that a test gives them.
    /// </summary>
    public RolloutWorld Deploy(ImageStatus app, int available = 1, int restarts = 0, ServingTemplate? settings = null)
    {
        var template = settings ?? ServingTemplate.For(_image, app.Reference);
        var deployment = ServingDeployment.Render(
            _image,
            template,
            givesWay: (Decision as RolloutDecision.Serve)?.GivesWay == true
        );
        deployment.Metadata.Generation = 1;
        deployment.Status = new V1DeploymentStatus
        {
            ObservedGeneration = 1,
            Replicas = 1,
            UpdatedReplicas = 1,
            AvailableReplicas = available,
        };
        _workload = _workload with
        {
            Deployment = deployment,
            Service = ServingService.Render(_image),
            Pods = [.. Nodes.Select(n => Pod(app, template, available > 0, restarts, n))],
        };
        return this;
    }

    /// <summary>The Deployment is written as decided.</summary>
    public RolloutWorld CarryOut(int available = 1, int restarts = 0) =>
        Deploy(
            ((RolloutDecision.Serve)Decision).Target,
            available,
            restarts,
            ((RolloutDecision.Serve)Decision).Template
        );

    /// <summary>The same, and pods of before are still there.</summary>
    public RolloutWorld CarryOutBeside(int available)
    {
        var before = _workload.Pods;
        CarryOut(available);
        _workload = _workload with { Pods = [.. before, .. _workload.Pods] };
        return this;
    }

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

    /// <summary>The API server takes no pod.</summary>
    public RolloutWorld Refuse(string why)
    {
        _workload = _workload with { Pods = [] };
        _workload.Deployment!.Status.UpdatedReplicas = 0;
        return Report("ReplicaFailure", "True", "FailedCreate", why);
    }

    /// <summary>The progress deadline passes.</summary>
    public RolloutWorld Exceed() => Report("Progressing", "False", "ProgressDeadlineExceeded", "timed out");

    /// <summary>The Deployment's controller hasn't looked at the newest template.</summary>
    public RolloutWorld Unobserved()
    {
        _workload.Deployment!.Metadata.Generation++;
        return this;
    }

    public RolloutWorld Scale(int replicas)
    {
        _workload.Deployment!.Spec.Replicas = replicas;
        _workload.Deployment.Metadata.ManagedFields =
        [
            new V1ManagedFieldsEntry
            {
                Subresource = "scale",
                FieldsV1 = System.Text.Json.JsonSerializer.SerializeToElement(
                    new Dictionary<string, object>
                    {
                        ["f:spec"] = new Dictionary<string, object> { ["f:replicas"] = new object() },
                    }
                ),
            },
        ];
        _workload.Deployment.Status.Replicas =
            _workload.Deployment.Status.UpdatedReplicas =
            _workload.Deployment.Status.AvailableReplicas =
                replicas;
        _workload = replicas == 0 ? _workload with { Pods = [] } : _workload;
        return this;
    }

    /// <summary>The Job of the smoke test is made, and ends with this report; null while it runs.</summary>
    public RolloutWorld Ask(string? report, string? condition = "Complete")
    {
        var serve = (RolloutDecision.Serve)Decision;
        var target = serve.Target;
        var pod = ((RolloutProof.Soaking)Proof!).Test is SmokeTest.Due due ? due.Pod : _workload.Pods[0];
        var job = SmokeJob.Render(_image, target, serve.Template, pod);
        job.Metadata.Uid = "uid-" + job.Metadata.Name;
        job.Status = new V1JobStatus
        {
            Conditions =
                condition is null || (report is null && condition == "Complete")
                    ? null
                    :
                    [
                        new V1JobCondition
                        {
                            Type = condition,
                            Status = "True",
                            LastTransitionTime = _now,
                        },
                    ],
        };
        var asker = new V1Pod
        {
            Metadata = new V1ObjectMeta
            {
                Name = "asker",
                OwnerReferences = [new V1OwnerReference { Uid = job.Metadata.Uid }],
            },
            Status = new V1PodStatus
            {
                ContainerStatuses =
                [
                    new V1ContainerStatus
                    {
                        Name = SmokeJob.Container,
                        State = new V1ContainerState
                        {
                            Terminated = report is null
                                ? null
                                : new V1ContainerStateTerminated
                                {
                                    Message = report.Replace(DigestOfTarget, target.Digest, StringComparison.Ordinal),
                                },
                        },
                    },
                ],
            },
        };
        _workload = _workload with { Jobs = [job], SmokePods = [asker] };
        return this;
    }

    /// <summary>Finished Jobs go after a while.</summary>
    public RolloutWorld Forget()
    {
        _workload = _workload with { Jobs = [], SmokePods = [] };
        return this;
    }

    /// <summary>A pod was replaced by another of the same image.</summary>
    public RolloutWorld ReplacePods(string uid)
    {
        foreach (var pod in _workload.Pods)
        {
            pod.Metadata.Uid = uid;
        }

        return this;
    }

    private RolloutWorld Report(string type, string status, string reason, string message)
    {
        _workload.Deployment!.Status.Conditions =
        [
            .. _workload.Deployment.Status.Conditions ?? [],
            new V1DeploymentCondition
            {
                Type = type,
                Status = status,
                Reason = reason,
                Message = message,
            },
        ];
        return this;
    }

    private static V1Pod Pod(ImageStatus app, ServingTemplate template, bool isReady, int restarts, string node) =>
        new()
        {
            Metadata = new V1ObjectMeta
            {
                Name = "gemma-x",
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
