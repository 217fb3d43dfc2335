using System.Text.Json;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Words;
using GemmaOperator.Cluster.Comparison;
using k8s.Models;

namespace GemmaOperator.BaseImages.Workloads;

/// <summary>
/// Renders the GPU Deployment of the inference server: a function from the spec and a pod template to the
/// fields that the operator owns.
/// </summary>
internal static class ServingDeployment
{
    public const string ContainerName = "server";

    /// <summary>Returns the image of a pod's server; null when it has none.</summary>
    public static string? ImageOf(V1PodSpec pod) => pod.Containers?.FirstOrDefault(c => c.Name == ContainerName)?.Image;

    /// <summary>Returns the desired Deployment.</summary>
    /// <param name="image">The object that it belongs to.</param>
    /// <param name="template">What its pods are made from.</param>
    /// <param name="live">The Deployment as it is now; null when there is none.</param>
    /// <param name="givesWay">
    /// Whether pods that don't answer give way to their successors: a surge would wait for them for ever.
    /// </param>
    public static V1Deployment Render(
        GemmaBaseImage image,
        ServingTemplate template,
        V1Deployment? live = null,
        bool givesWay = false
    )
    {
        var rollout = image.Spec!.Rollout;
        return AppliedHash.Stamp(
            new V1Deployment
            {
                ApiVersion = "apps/v1",
                Kind = "Deployment",
                Metadata = WorkloadMetadata.OfWorkload(image),
                Spec = new V1DeploymentSpec
                {
                    Replicas = IsScaledByOthers(image, live) ? null : rollout.Server.Replicas,
                    RevisionHistoryLimit = 3,
                    ProgressDeadlineSeconds = (int)rollout.ProgressDeadline.Span.TotalSeconds,
                    Selector = new V1LabelSelector { MatchLabels = WorkloadMetadata.Selector(image) },
                    Strategy = StrategyOf(rollout.Strategy.Value, givesWay),
                    Template = template.Pod,
                },
            }
        );
    }

    /// <summary>
    /// Tells whether somebody else sets the number of replicas: it was set through the Deployment's scale subresource,
    /// by a HorizontalPodAutoscaler or 'kubectl scale', and is left to them then, until the object's own is used.
    /// </summary>
    public static bool IsScaledByOthers(GemmaBaseImage image, V1Deployment? live) =>
        ScaledAt(live?.Metadata, "f:spec", "f:replicas") is { } there
        && !(ScaledAt(image.Metadata, "f:spec", "f:rollout", "f:server", "f:replicas") >= there);

    /// <summary>Returns when the replicas were last set through a scale subresource; null when they weren't.</summary>
    private static DateTime? ScaledAt(V1ObjectMeta? metadata, params ReadOnlySpan<string> path)
    {
        DateTime? at = null;
        foreach (var manager in metadata?.ManagedFields ?? [])
        {
            if (
                manager.Subresource == "scale"
                && Owns(manager, path)
                && (manager.Time ?? DateTime.MinValue) is var time
            )
            {
                at = at > time ? at : time;
            }
        }

        return at;
    }

    private static bool Owns(V1ManagedFieldsEntry manager, ReadOnlySpan<string> path)
    {
        if (manager.FieldsV1 is not JsonElement fields)
        {
            return false;
        }

        foreach (var part in path)
        {
            if (fields.ValueKind != JsonValueKind.Object || !fields.TryGetProperty(part, out fields))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Renders the strategy. Without a spare GPU a surge pod never gets a node: InPlace gives up a pod before it starts
    /// its successor.
    /// </summary>
    private static V1DeploymentStrategy StrategyOf(RolloutStrategy? strategy, bool givesWay) =>
        strategy switch
        {
            RolloutStrategy.Recreate => new V1DeploymentStrategy { Type = "Recreate" },
            RolloutStrategy.Surge when !givesWay => RollingUpdate(maxSurge: 1, maxUnavailable: 0),
            RolloutStrategy.Surge or RolloutStrategy.InPlace or null => RollingUpdate(maxSurge: 0, maxUnavailable: 1),
        };

    private static V1DeploymentStrategy RollingUpdate(int maxSurge, int maxUnavailable) =>
        new()
        {
            Type = "RollingUpdate",
            RollingUpdate = new V1RollingUpdateDeployment { MaxSurge = maxSurge, MaxUnavailable = maxUnavailable },
        };
}
