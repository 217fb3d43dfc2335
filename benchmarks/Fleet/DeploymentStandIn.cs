using System.Text.Json.Nodes;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;

namespace Benchmarks.Fleet;

/// <summary>
/// Stands for Deployment controller, scheduler and kubelet in one, in no time: every Deployment has a ready pod at
/// once. None of its changes reaches the pod.
/// </summary>
internal sealed class DeploymentStandIn(IKubeApi api) : IEntityController<V1Deployment>
{
    public async Task<ReconciliationResult<V1Deployment>> ReconcileAsync(
        V1Deployment entity,
        CancellationToken cancellationToken
    )
    {
        if (entity.Status?.ObservedGeneration is not { } seen)
        {
            var pod = await api.CreateAsync(PodOf(entity), cancellationToken);
            await api.PatchAsync<V1Pod>(
                pod.Metadata.NamespaceProperty,
                pod.Metadata.Name,
                Ready(),
                "status",
                cancellationToken
            );
        }
        else if (seen == entity.Metadata.Generation)
        {
            return await DeletedAsync(entity, cancellationToken);
        }

        await api.PatchAsync<V1Deployment>(
            entity.Metadata.NamespaceProperty,
            entity.Metadata.Name,
            Complete(entity),
            "status",
            cancellationToken
        );
        return ReconciliationResult<V1Deployment>.Success(entity);
    }

    public Task<ReconciliationResult<V1Deployment>> DeletedAsync(
        V1Deployment entity,
        CancellationToken cancellationToken
    ) => Task.FromResult(ReconciliationResult<V1Deployment>.Success(entity));

    private static V1Pod PodOf(V1Deployment deployment)
    {
        var pod = KubernetesJson.Deserialize<V1Pod>(KubernetesJson.Serialize(deployment.Spec.Template));
        pod.ApiVersion = "v1";
        pod.Kind = "Pod";
        pod.Metadata.Name = $"{deployment.Metadata.Name}-0";
        pod.Metadata.NamespaceProperty = deployment.Metadata.NamespaceProperty;
        pod.Spec.NodeName = "node-0";
        pod.Spec.TerminationGracePeriodSeconds = 0;
        return pod;
    }

    private static JsonObject Ready() =>
        new()
        {
            ["status"] = new JsonObject
            {
                ["phase"] = "Running",
                ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = "True" }),
                ["containerStatuses"] = new JsonArray(
                    new JsonObject
                    {
                        ["name"] = "server",
                        ["ready"] = true,
                        ["restartCount"] = 0,
                        ["image"] = "",
                        ["imageID"] = "",
                        ["state"] = new JsonObject { ["running"] = new JsonObject() },
                    }
                ),
            },
        };

    private static JsonObject Complete(V1Deployment deployment) =>
        new()
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
