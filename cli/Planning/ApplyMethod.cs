using System.Text.Json;
using System.Text.Json.Nodes;
using KubectlGemma.Facts;

namespace KubectlGemma.Planning;

/// <summary>Says how a manifest comes into the cluster: as what is there came there.</summary>
internal abstract record ApplyMethod
{
    private const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";

    private static readonly string[] Contents = ["spec", "data"];

    private ApplyMethod() { }

    /// <summary>Makes an object that isn't there.</summary>
    public sealed record Create : ApplyMethod;

    /// <summary>Patches, as <c>kubectl apply</c> does.</summary>
    public sealed record Merge(JsonObject Patch) : ApplyMethod;

    /// <summary>Applies on the server's side in the name of who did so before: its other fields go.</summary>
    public sealed record ServerSide(string Manager) : ApplyMethod;

    /// <summary>Decides by the traces of who applied it last.</summary>
    /// <param name="manifest">What is applied.</param>
    /// <param name="live">What is there; null when nothing is.</param>
    public static ApplyMethod Decide(JsonObject manifest, JsonElement? live)
    {
        if (live is not { } there)
        {
            return new Create();
        }

        var last = Parse(there.TextAt("metadata", "annotations", LastApplied));
        return last is null && ManagerOf(there) is { } manager
            ? new ServerSide(manager)
            : new Merge(ThreeWayMerge.Patch(last, manifest, (JsonObject)JsonNode.Parse(there.GetRawText())!));
    }

    /// <summary>Returns what an object would be, without asking the API server: no defaults, no admission.</summary>
    public static JsonObject Locally(JsonObject manifest, JsonElement? live)
    {
        if (live is not { } there)
        {
            return manifest;
        }

        var before = (JsonObject)JsonNode.Parse(there.GetRawText())!;
        var after = Decide(manifest, live) is Merge merge
            ? ThreeWayMerge.Apply(before, merge.Patch)
            : Replaced(before, manifest);
        if (
            !JsonNode.DeepEquals(before["spec"], after["spec"])
            && before["metadata"] is JsonObject metadata
            && metadata["generation"] is JsonValue generation
            && after["metadata"] is JsonObject next
        )
        {
            next["generation"] = generation.GetValue<long>() + 1;
        }

        return after;
    }

    /// <summary>Takes what people write from the manifest: what it leaves out was its manager's, and goes.</summary>
    private static JsonObject Replaced(JsonObject live, JsonObject manifest)
    {
        var after = ThreeWayMerge.Apply(live, manifest);
        foreach (var field in Contents)
        {
            if (manifest[field] is { } given)
            {
                after[field] = given.DeepClone();
            }
        }

        return after;
    }

    /// <summary>Returns a manifest without what isn't its own to say, and the trace of its last application.</summary>
    public static JsonObject Clean(JsonObject manifest)
    {
        var clean = (JsonObject)manifest.DeepClone();
        clean.Remove("status");
        if (clean["metadata"] is JsonObject metadata)
        {
            foreach (
                var field in (string[])["managedFields", "resourceVersion", "uid", "generation", "creationTimestamp"]
            )
            {
                metadata.Remove(field);
            }

            (metadata["annotations"] as JsonObject)?.Remove(LastApplied);
        }

        return clean;
    }

    /// <summary>Returns the fields that people write, of an object or a manifest.</summary>
    public static JsonObject Written(JsonObject of)
    {
        var (clean, written) = (Clean(of), new JsonObject());
        foreach (var field in (string[])["labels", "annotations"])
        {
            if ((clean["metadata"] as JsonObject)?[field] is JsonObject { Count: > 0 } given)
            {
                written[$"metadata.{field}"] = given.DeepClone();
            }
        }

        foreach (var field in Contents)
        {
            if (clean[field] is { } given)
            {
                written[field] = given.DeepClone();
            }
        }

        return written;
    }

    /// <summary>Returns who applied the spec on the server's side; null when nobody did.</summary>
    private static string? ManagerOf(JsonElement live) =>
        live.ItemsAt("metadata", "managedFields")
            .Where(m =>
                m.TextAt("operation") == "Apply"
                && m.At("fieldsV1", "f:spec").ValueKind == JsonValueKind.Object
                && m.TextAt("subresource") is null or ""
            )
            .OrderByDescending(m => m.TimeAt("time"))
            .Select(m => m.TextAt("manager"))
            .FirstOrDefault(m => m is { Length: > 0 });

    private static JsonObject? Parse(string? text)
    {
        try
        {
            return text is null ? null
                : JsonNode.Parse(text) as JsonObject is { } last ? Clean(last)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
