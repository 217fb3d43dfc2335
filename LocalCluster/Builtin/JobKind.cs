using System.Text.Json.Nodes;
using LocalCluster.Errors;
using LocalCluster.Json;

namespace LocalCluster.Builtin;

internal sealed class JobKind : BuiltinKind
{
    public override bool HasGeneration => true;

    public override void Default(JsonObject json, JsonObject? before)
    {
        var spec = json.Child("spec");
        spec.Fill("parallelism", 1);
        spec.Fill("completions", 1);
        spec.Fill("backoffLimit", 6);
        var (name, uid) = (json.Metadata().Text("name") ?? "", json.Metadata().Text("uid") ?? "");

        // The selector has the uid, which an object that is still asked about hasn't.
        if (before is null && uid.Length > 0 && !spec["manualSelector"].IsTrue())
        {
            spec["selector"] = new JsonObject
            {
                ["matchLabels"] = new JsonObject { ["batch.kubernetes.io/controller-uid"] = uid },
            };
            var own = spec.Child("template").Child("metadata").Child("labels");
            var labels = new JsonObject
            {
                ["batch.kubernetes.io/controller-uid"] = uid,
                ["batch.kubernetes.io/job-name"] = name,
                ["controller-uid"] = uid,
                ["job-name"] = name,
            };
            foreach (var (key, value) in own.ToList())
            {
                labels[key] = value?.DeepClone();
            }

            spec["template"]!["metadata"]!["labels"] = labels;

            // A Job without labels takes its template's.
            if (json.Metadata()["labels"] is null)
            {
                json.Metadata()["labels"] = labels.DeepClone();
            }
        }

        spec.Fill("manualSelector", false);
        PodTemplate.Default(spec.Child("template").Child("spec"), restartPolicy: null);
        spec.Fill("completionMode", "NonIndexed");
        spec.Fill("suspend", false);
        spec.Fill("podReplacementPolicy", "TerminatingOrFailed");
        json.Fill("status", new JsonObject());
    }

    public override IEnumerable<FieldError> Validate(JsonObject json, JsonObject? before)
    {
        var policy = json.Object("spec").Object("template").Object("spec").Text("restartPolicy");
        if (policy is not ("OnFailure" or "Never"))
        {
            yield return FieldError.Required(
                "spec.template.spec.restartPolicy",
                "valid values: \"OnFailure\", \"Never\""
            );
        }

        if (before is not null && !JsonNode.DeepEquals(before["spec"]?["template"], json["spec"]?["template"]))
        {
            yield return FieldError.Invalid("spec.template", json["spec"]!["template"].Write(), "field is immutable");
        }
    }
}
