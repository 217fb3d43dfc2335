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
                OwnerReferences = [new V1OwnerReference { Uid = job.Metadata.Uid, Controller = true }],
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
        _workload = _workload with { Jobs = [job], SidePods = [asker] };
        return this;
    }

    /// <summary>Finished Jobs go after a while.</summary>
    public RolloutWorld Forget()
    {
        _workload = _workload with { Jobs = [], SidePods = [] };
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
}
