using System.Text.Json.Nodes;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.BaseImages.Weights;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Rules;
using k8s;
using k8s.Models;

namespace GemmaOperator.BaseImages.Forecasts;

/// <summary>Foretells what becomes of the served pods.</summary>
/// <param name="Effect">At once.</param>
/// <param name="Ruling">What the operator's rules decide, and by which.</param>
/// <param name="IsDueAnyway">Whether it would come without what is applied.</param>
/// <param name="Settings">Fields of the pods that change.</param>
/// <param name="Replicas">
/// Pods that the live Deployment has, and that it is to have; null where there is none. Who scales it says both.
/// </param>
internal sealed record RolloutForecast(
    RolloutEffect Effect,
    Ruling<RolloutDecision> Ruling,
    bool IsDueAnyway,
    IReadOnlyList<JsonChange> Settings,
    (int Live, int Asked)? Replicas
)
{
    /// <summary>Gets the nodes that have pods of it.</summary>
    public int Nodes { get; private init; }

    /// <summary>Gets what each of them pulls for the build that is due; null where nothing tells.</summary>
    public PulledBytes? Pulled { get; private init; }

    /// <param name="live">The object as it is; null when there is none.</param>
    /// <param name="s">The object as it would be.</param>
    /// <param name="build">The build that would be due; null when none would.</param>
    public static RolloutForecast Of(ImageSnapshot? live, ImageSnapshot s, BuildForecast? build)
    {
        var ruling = RolloutPlanner.Rule(s);
        var effect = EffectOf(s, ruling.Decision);
        return new RolloutForecast(
            effect,
            ruling,
            effect is RolloutEffect.Created or RolloutEffect.Replaced or RolloutEffect.Scaled or RolloutEffect.Written
                && live is not null
                && effect == EffectOf(live, RolloutPlanner.Decide(live))
                && SameTarget(live, s),
            live is not null && HasPods(live) && HasPods(s) ? JsonChanges.Between(PodOf(live), PodOf(s), "") : [],
            s.Workload.Deployment is { } there && IsManaged(s) ? (there.Spec.Replicas ?? 1, WantedOf(s, there)) : null
        )
        {
            Nodes = s
                .Workload.Pods.Select(p => p.Spec.NodeName)
                .Where(n => !string.IsNullOrEmpty(n))
                .Distinct(StringComparer.Ordinal)
                .Count(),
            Pulled = build is not null && IsManaged(s) ? PulledBytes.Of(build, s) : null,
        };
    }

    private static bool IsManaged(ImageSnapshot s) => s.Spec.Rollout.Mode == RolloutMode.Managed;

    /// <summary>Of a spec that isn't understood nobody can tell what its pods would be.</summary>
    private static bool HasPods(ImageSnapshot s) =>
        IsManaged(s) && s.Inputs is not BuildRequest.Refused { LeavesServing: false };

    private static bool SameTarget(ImageSnapshot live, ImageSnapshot s) =>
        (RolloutPlanner.Decide(live), RolloutPlanner.Decide(s))
            is (RolloutDecision.Serve { Template: var one }, RolloutDecision.Serve { Template: var other })
        && (one.Settings, one.Reference) == (other.Settings, other.Reference);

    private static RolloutEffect EffectOf(ImageSnapshot s, RolloutDecision decision) =>
        (decision, s.Workload.Deployment) switch
        {
            (RolloutDecision.Unmanaged, null) => RolloutEffect.Unmanaged,
            (RolloutDecision.Unmanaged, _) => RolloutEffect.LetGo,
            (RolloutDecision.Serve, null) => RolloutEffect.Created,
            (RolloutDecision.Serve serve, _) when !s.Workload.AsksFor(serve.Template) => RolloutEffect.Replaced,
            (RolloutDecision.Serve, { } live) when (live.Spec.Replicas ?? 1) != WantedOf(s, live) =>
                RolloutEffect.Scaled,
            (RolloutDecision.Serve { Drift: not null }, _) => RolloutEffect.Written,
            (RolloutDecision.Serve, _) => RolloutEffect.None,
            _ => RolloutEffect.Held,
        };

    private static int WantedOf(ImageSnapshot s, V1Deployment live) =>
        ServingDeployment.IsScaledByOthers(s.Image, live) ? live.Spec.Replicas ?? 1 : s.Spec.Rollout.Server.Replicas;

    /// <summary>
    /// Renders the pods of a spec by this release, whatever serves now, without what it notes on them for itself.
    /// </summary>
    private static JsonObject PodOf(ImageSnapshot s)
    {
        var pod = ServingTemplate.For(s.Image, "", ModelMountPolicy.Decide(s)).Pod;
        var fields = JsonNode.Parse(KubernetesJson.Serialize(pod.Spec))!.AsObject();
        fields["metadata"] = new JsonObject
        {
            ["labels"] = Asked(pod.Metadata.Labels),
            ["annotations"] = Asked(pod.Metadata.Annotations),
        };
        return fields;
    }

    private static JsonObject Asked(IDictionary<string, string> map) =>
        new(
            map.Where(p => !p.Key.StartsWith($"{ApiGroup.Name}/", StringComparison.Ordinal))
                .Select(p => KeyValuePair.Create(p.Key, (JsonNode?)p.Value))
        );
}
