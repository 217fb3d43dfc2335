using System.Text.Json.Nodes;
using LocalCluster.Discovery;
using LocalCluster.Errors;
using LocalCluster.Json;
using LocalCluster.Schema;

namespace LocalCluster.Writes;

/// <summary>Makes of an object what is stored of its kind: keeps, fills in, refuses, and puts in order.</summary>
internal static class ObjectRules
{
    private static readonly FieldError NotChecked = FieldError.Invalid(
        "<nil>",
        "null",
        "some validation rules were not checked because the object was invalid; correct the existing errors to "
            + "complete validation"
    );

    public static bool HasGeneration(ResourceInfo resource) => resource.IsCustom || resource.Builtin.HasGeneration;

    /// <summary>Tells whether a write raises the generation of an object that has one.</summary>
    public static bool IsAnotherGeneration(ResourceInfo resource, JsonObject before, JsonObject after) =>
        SpecChanged(before, after)
        || (
            resource.Builtin.CountsAnnotations
            && !JsonNode.DeepEquals(before.Metadata()["annotations"], after.Metadata()["annotations"])
        );

    private static bool SpecChanged(JsonObject before, JsonObject after) =>
        before
            .Concat(after)
            .Select(f => f.Key)
            .Distinct(StringComparer.Ordinal)
            .Where(f => f is not ("metadata" or "status" or "apiVersion" or "kind"))
            .Any(f => !JsonNode.DeepEquals(before[f], after[f]));

    /// <summary>
    /// Keeps what a write can't change: the server's metadata, and the other half of an object with a status.
    /// </summary>
    public static void Keep(
        ResourceInfo resource,
        string subresource,
        JsonObject live,
        JsonObject json,
        bool keepManagers
    )
    {
        var (metadata, old) = (json.Metadata(), live.Metadata());
        var managers = keepManagers ? metadata["managedFields"]?.DeepClone() : old["managedFields"]?.DeepClone();
        if (subresource == "status")
        {
            var status = json["status"]?.DeepClone();
            // Only custom resources keep all their metadata.
            var annotations = (resource.IsCustom ? old : metadata)["annotations"]?.DeepClone();
            foreach (var field in json.Select(f => f.Key).ToList())
            {
                json.Remove(field);
            }

            foreach (var (field, value) in live)
            {
                json[field] = value?.DeepClone();
            }

            json.Remove("status");
            if (status is not null)
            {
                json["status"] = status;
            }

            metadata = json.Metadata();
            metadata.Remove("annotations");
            if (annotations is not null)
            {
                metadata["annotations"] = annotations;
            }
        }
        else if (resource.HasStatus)
        {
            json.Remove("status");
            if (live["status"] is { } status)
            {
                json["status"] = status.DeepClone();
            }
        }

        foreach (
            var field in new[]
            {
                "uid",
                "creationTimestamp",
                "generation",
                "deletionTimestamp",
                "deletionGracePeriodSeconds",
                "resourceVersion",
                "name",
                "namespace",
            }
        )
        {
            if (old[field] is { } value)
            {
                metadata[field] = value.DeepClone();
            }
            else
            {
                metadata.Remove(field);
            }
        }

        metadata.Remove("managedFields");
        if (managers is not null)
        {
            metadata["managedFields"] = managers;
        }

        foreach (var list in new[] { "finalizers", "ownerReferences" })
        {
            if (metadata[list] is JsonArray { Count: 0 })
            {
                metadata.Remove(list);
            }
        }
    }

    public static void Default(ResourceInfo resource, JsonObject json, JsonObject? before)
    {
        // An object of another kind is refused, and not defaulted before.
        if (json.Text("kind") is not { Length: > 0 } kind || kind == resource.Kind)
        {
            resource.Schema?.Default(json);
        }

        resource.Builtin.Default(json, before);
        foreach (var map in new[] { "labels", "annotations" })
        {
            if (json.Metadata()[map] is JsonObject { Count: 0 })
            {
                json.Metadata().Remove(map);
            }
        }
    }

    /// <returns>Warnings: what is wrong, and was so before.</returns>
    /// <exception cref="ApiException">It is invalid (422).</exception>
    public static IReadOnlyList<string> Validate(ResourceInfo resource, JsonObject json, JsonObject? before)
    {
        var errors = new List<FieldError>(MetadataRules.Check(json, before, resource));
        errors.AddRange(resource.Builtin.Validate(json, before));
        IReadOnlyList<FieldError> ratcheted = [];
        if (resource.Schema is { } schema)
        {
            errors.AddRange(SchemaValidator.Validate(json, before, schema));
        }

        if (resource.Rules is { } rules)
        {
            if (errors.Exists(e => e.BlocksRules))
            {
                errors.Add(NotChecked);
            }
            else
            {
                (var broken, ratcheted) = rules.Validate(json, before);
                errors.AddRange(broken);
            }
        }

        if (errors.Count > 0)
        {
            var kind = json.Text("kind") is { Length: > 0 } sent ? sent : resource.Kind;
            throw resource.Kind == "Lease" && errors[0].Field == "patch"
                ? ApiException.Invalid("", "", "", errors)
                : ApiException.Invalid(
                    kind,
                    resource.Storage == "events" ? "" : resource.Group,
                    json.Metadata().Text("name") ?? "",
                    errors
                );
        }

        return [.. ratcheted.Select(r => $"299 - {JsonValue.Create(r.ToString()).Write()}")];
    }

    /// <summary>Puts fields in the order that people are used to.</summary>
    public static void Arrange(ResourceInfo resource, JsonObject json)
    {
        foreach (
            var field in json.Select(f => f.Key).Where(f => f is not ("apiVersion" or "kind" or "metadata")).ToList()
        )
        {
            var value = json[field];
            json.Remove(field);
            if (value is not null || resource.Key == "events")
            {
                json[field] = value;
            }
        }
    }
}
