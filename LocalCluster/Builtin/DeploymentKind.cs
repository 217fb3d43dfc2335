using System.Text.Json.Nodes;
using LocalCluster.Errors;
using LocalCluster.Json;

namespace LocalCluster.Builtin;

/// <summary>Defaults and checks Deployments, and ReplicaSets as far as they are the same.</summary>
internal sealed class DeploymentKind(bool isReplicaSet) : BuiltinKind
{
    public override bool HasGeneration => true;

    public override bool CountsAnnotations => !isReplicaSet;

    public override void Default(JsonObject json, JsonObject? before)
    {
        var spec = json.Child("spec");
        spec.Fill("replicas", 1);
        PodTemplate.Default(spec.Child("template").Child("spec"), "Always");
        json.Fill("status", new JsonObject());
        if (isReplicaSet)
        {
            return;
        }

        var strategy = spec.Child("strategy");
        strategy.Fill("type", "RollingUpdate");
        if (strategy.Text("type") == "RollingUpdate")
        {
            strategy.Child("rollingUpdate").Fill("maxUnavailable", "25%");
            strategy.Child("rollingUpdate").Fill("maxSurge", "25%");
        }

        spec.Fill("revisionHistoryLimit", 10);
        spec.Fill("progressDeadlineSeconds", 600);
    }

    public override IEnumerable<FieldError> Validate(JsonObject json, JsonObject? before)
    {
        var spec = json.Child("spec");
        var labels = spec.Object("template").Object("metadata").Object("labels") ?? [];
        var selector = spec.Object("selector").Object("matchLabels") ?? [];
        if (selector.Any(s => labels.Text(s.Key) != s.Value.Text()))
        {
            yield return FieldError.Invalid(
                "spec.template.metadata.labels",
                labels.Write(),
                "`selector` does not match template `labels`"
            );
        }

        if (spec.Object("strategy") is { } strategy)
        {
            var rolling = strategy.Object("rollingUpdate");
            if (rolling?["maxSurge"].Number() == 0 && rolling["maxUnavailable"].Number() == 0)
            {
                yield return FieldError.Invalid(
                    "spec.strategy.rollingUpdate.maxUnavailable",
                    "0",
                    "may not be 0 when `maxSurge` is 0"
                );
            }

            if (strategy.Text("type") == "Recreate" && rolling is not null)
            {
                yield return FieldError.Forbidden(
                    "spec.strategy.rollingUpdate",
                    "may not be specified when strategy `type` is 'Recreate'"
                );
            }
        }

        if (
            spec["progressDeadlineSeconds"].Number() is { } deadline
            && deadline <= (spec["minReadySeconds"].Number() ?? 0)
        )
        {
            yield return FieldError.Invalid(
                "spec.progressDeadlineSeconds",
                deadline.ToString(System.Globalization.CultureInfo.InvariantCulture),
                "must be greater than minReadySeconds"
            );
        }

        if (before is not null && !JsonNode.DeepEquals(before["spec"]?["selector"], spec["selector"]))
        {
            yield return FieldError.Invalid("spec.selector", spec["selector"].Write(), "field is immutable");
        }
    }
}
