using System.Text.Json.Nodes;
using GemmaOperator.Runtime;
using k8s;
using k8s.Models;

namespace Benchmarks.Fleet;

/// <summary>Deployment controller, scheduler and kubelet in one, in no time: every template has a ready pod at once.</summary>
internal sealed class DeploymentStandIn(IKubeApi api) : IEntityController<V1Deployment>
{
    public async Task<ReconciliationResult<V1Deployment>> ReconcileAsync(V1Deployment entity, CancellationToken cancellationToken)
    {
        if (entity.Status?.ObservedGeneration != entity.Metadata.Generation)
        {
            var (ns, name) = (entity.Metadata.NamespaceProperty, $"{entity.Metadata.Name}-{entity.Metadata.Generation}");
            await api.CreateAsync(PodOf(entity, name), cancellationToken);
            await api.PatchAsync<V1Pod>(ns, name, Ready(), "status", cancellationToken);
            await api.PatchAsync<V1Deployment>(ns, entity.Metadata.Name, Complete(entity), "status", cancellationToken);
            if (entity.Metadata.Generation > 1)
            {
                await api.DeleteAsync<V1Pod>(ns, $"{entity.Metadata.Name}-{entity.Metadata.Generation - 1}", DeletionPropagation.Background, null, cancellationToken);
            }
        }

        return ReconciliationResult<V1Deployment>.Success(entity);
    }

    public Task<ReconciliationResult<V1Deployment>> DeletedAsync(V1Deployment entity, CancellationToken cancellationToken) =>
        Task.FromResult(ReconciliationResult<V1Deployment>.Success(entity));

    private static V1Pod PodOf(V1Deployment deployment, string name)
    {
        var pod = KubernetesJson.Deserialize<V1Pod>(KubernetesJson.Serialize(deployment.Spec.Template));
        pod.ApiVersion = "v1";
        pod.Kind = "Pod";
        pod.Metadata.Name = name;
        pod.Metadata.NamespaceProperty = deployment.Metadata.NamespaceProperty;
        pod.Spec.NodeName = "node-0";
        pod.Spec.TerminationGracePeriodSeconds = 0;
        return pod;
    }

    private static JsonObject Ready() => new()
    {
        ["status"] = new JsonObject
        {
            ["phase"] = "Running",
            ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = "True" }),
            ["containerStatuses"] = new JsonArray(new JsonObject
            {
                ["name"] = "server",
                ["ready"] = true,
                ["restartCount"] = 0,
                ["image"] = "",
                ["imageID"] = "",
                ["state"] = new JsonObject { ["running"] = new JsonObject() },
            }),
        },
    };

    private static JsonObject Complete(V1Deployment deployment) => new()
    {
        ["status"] = new JsonObject
        {
            ["observedGeneration"] = deployment.Metadata.Generation,
            ["replicas"] = 1,
            ["updatedReplicas"] = 1,
            ["readyReplicas"] = 1,
            ["availableReplicas"] = 1,
        },
    };
}
