using System.Text.Json.Nodes;
using LocalCluster.Discovery;
using LocalCluster.Errors;
using LocalCluster.Json;

namespace LocalCluster.Writes;

/// <summary>Checks what every object's metadata must keep to.</summary>
internal static class MetadataRules
{
    public static IEnumerable<FieldError> Check(JsonObject json, JsonObject? before, ResourceInfo resource)
    {
        if (json.Text("kind") is { Length: > 0 } kind && kind != resource.Kind)
        {
            yield return FieldError.Invalid("kind", $"\"{kind}\"", $"must be {resource.Kind}");
        }

        var metadata = json.Metadata();
        var name = metadata.Text("name") ?? "";
        if (name.Length == 0)
        {
            yield return FieldError.Required("metadata.name", "name or generateName is required");
        }
        else if (
            before is null
            && (
                name.Length > 253
                || (!resource.Group.StartsWith("rbac", StringComparison.Ordinal) && !Subdomain.Match(name))
            )
        )
        {
            yield return FieldError.Invalid("metadata.name", JsonValue.Create(name).Write(), Subdomain.Rule);
        }

        if (before?.Metadata()["deletionTimestamp"] is not null)
        {
            var had = (before.Metadata().Array("finalizers") ?? [])
                .Select(f => f.Text())
                .ToHashSet(StringComparer.Ordinal);
            var added = (metadata.Array("finalizers") ?? [])
                .Select(f => f.Text())
                .Where(f => !had.Contains(f))
                .ToList();
            if (added.Count > 0)
            {
                var error = FieldError.Forbidden(
                    "metadata.finalizers",
                    "no new finalizers can be added if the object is being deleted, found new finalizers "
                        + $"[]string{{{string.Join(", ", added.Select(f => $"\"{f}\""))}}}"
                );
                yield return error;
            }
        }

        var controllers = (metadata.Array("ownerReferences") ?? [])
            .OfType<JsonObject>()
            .Where(o => o["controller"].IsTrue())
            .ToList();
        if (controllers.Count > 1)
        {
            yield return FieldError.Invalid(
                "metadata.ownerReferences",
                metadata["ownerReferences"].Write(),
                "Only one reference can have Controller set to true. Found \"true\" in references for "
                    + $"{string.Join(" and ", controllers.Select(c => $"{c.Text("kind")}/{c.Text("name")}"))}"
            );
        }
    }
}
