using System.Text.Json.Nodes;
using LocalCluster.Errors;
using LocalCluster.Json;

namespace LocalCluster.Builtin;

internal sealed class PodKind : BuiltinKind
{
    public override bool HasGeneration => true;

    public override void Default(JsonObject json, JsonObject? before)
    {
        var spec = json.Child("spec");
        PodTemplate.Default(spec, "Always");
        PodTemplate.DefaultRequests(spec);
        spec.Fill("serviceAccountName", "default");
        spec.Fill("serviceAccount", spec.Text("serviceAccountName")!);
        spec.Fill("priority", 0);
        spec.Fill("enableServiceLinks", true);
        spec.Fill("preemptionPolicy", "PreemptLowerPriority");
        if (before is null)
        {
            var tolerations = spec.Array("tolerations") ?? [];
            foreach (var key in new[] { "node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable" })
            {
                if (!tolerations.Any(t => (t as JsonObject).Text("key") == key))
                {
                    tolerations.Add(
                        new JsonObject
                        {
                            ["key"] = key,
                            ["operator"] = "Exists",
                            ["effect"] = "NoExecute",
                            ["tolerationSeconds"] = 300,
                        }
                    );
                }
            }

            spec["tolerations"] = tolerations.DeepClone();
        }

        json.Child("status").Fill("phase", "Pending");
        json.Child("status").Fill("qosClass", before?.Object("status").Text("qosClass") ?? QosClass.Of(spec));
    }

    public override IEnumerable<FieldError> Validate(JsonObject json, JsonObject? before)
    {
        var field = json.Object("status")?["qosClass"];
        if (before?.Object("status").Text("qosClass") is { } was && field.Text() != was)
        {
            yield return FieldError.Invalid("status.qosClass", field.Write(), "field is immutable");
        }
    }

    /// <summary>Returns 0 for pods that no kubelet has seen; others are its to stop.</summary>
    public override int GracePeriod(JsonObject json) =>
        json.Object("spec").Text("nodeName") is null || json.Object("status").Text("phase") is "Succeeded" or "Failed"
            ? 0
            : (int)(json.Object("spec")?["terminationGracePeriodSeconds"].Number() ?? 30);
}
