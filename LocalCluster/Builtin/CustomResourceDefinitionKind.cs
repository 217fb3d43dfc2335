using System.Text.Json.Nodes;
using LocalCluster.Errors;
using LocalCluster.Json;
using LocalCluster.Rules;

namespace LocalCluster.Builtin;

internal sealed class CustomResourceDefinitionKind : BuiltinKind
{
    public override bool HasGeneration => true;

    public override void Default(JsonObject json, JsonObject? before)
    {
        var names = json.Child("spec").Child("names");
        names.Fill("singular", (names.Text("kind") ?? "").ToLowerInvariant());
        names.Fill("listKind", names.Text("kind") + "List");
        json.Child("spec").Fill("conversion", new JsonObject { ["strategy"] = "None" });
        if (before is null)
        {
            json["status"] = new JsonObject
            {
                ["conditions"] = null,
                ["acceptedNames"] = new JsonObject { ["plural"] = "", ["kind"] = "" },
                ["storedVersions"] = new JsonArray([
                    .. (json.Object("spec").Array("versions") ?? [])
                        .OfType<JsonObject>()
                        .Where(v => v["storage"].IsTrue())
                        .Select(v => (JsonNode?)v.Text("name")),
                ]),
            };
        }
    }

    public override IEnumerable<FieldError> Validate(JsonObject json, JsonObject? before)
    {
        var spec = json.Object("spec");
        var expected = $"{spec.Object("names").Text("plural")}.{spec.Text("group")}";
        if (json.Metadata().Text("name") != expected)
        {
            yield return FieldError.Invalid(
                "metadata.name",
                json.Metadata()["name"].Write(),
                "must be spec.names.plural+\".\"+spec.group"
            );
        }

        var versions = (spec.Array("versions") ?? []).OfType<JsonObject>().ToList();
        for (var i = 0; i < versions.Count; i++)
        {
            if (versions[i].Object("schema").Object("openAPIV3Schema") is not { } schema)
            {
                yield return FieldError.Required($"spec.versions[{i}].schema.openAPIV3Schema", "schemas are required");
                continue;
            }

            // One version's schema is the definition's, inside the server.
            var path = versions.Count == 1 ? "spec.validation" : $"spec.versions[{i}].schema";
            foreach (var problem in RuleTree.Of(schema)?.Problems ?? [])
            {
                yield return problem.Make($"{path}.openAPIV3Schema{problem.Path}");
            }
        }
    }

    /// <summary>Writes what the server says of a definition that it serves.</summary>
    public static void Establish(JsonObject json, string now)
    {
        var (names, status) = (json.Object("spec").Object("names")!, json.Child("status"));
        status["conditions"] = new JsonArray(
            Condition("NamesAccepted", "NoConflicts", "no conflicts found", now),
            Condition("Established", "InitialNamesAccepted", "the initial names have been accepted", now)
        );
        status["acceptedNames"] = names.DeepClone();
        status["storedVersions"] = new JsonArray([
            .. (json.Object("spec").Array("versions") ?? [])
                .OfType<JsonObject>()
                .Where(v => v["storage"].IsTrue())
                .Select(v => (JsonNode?)v.Text("name")),
        ]);
    }

    private static JsonNode Condition(string type, string reason, string message, string now) =>
        new JsonObject
        {
            ["type"] = type,
            ["status"] = "True",
            ["lastTransitionTime"] = now,
            ["reason"] = reason,
            ["message"] = message,
        };
}
