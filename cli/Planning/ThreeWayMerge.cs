using System.Text.Json.Nodes;

namespace KubectlGemma.Planning;

/// <summary>
/// Computes what <c>kubectl apply</c> sends for kinds of custom resources: all that the manifest says otherwise, and
/// the removal of what the manifest before said and this one doesn't (apimachinery, jsonmergepatch,
/// CreateThreeWayJSONMergePatch).
/// </summary>
internal static class ThreeWayMerge
{
    /// <param name="last">The manifest that was applied last; null when none was.</param>
    /// <param name="wanted">The manifest.</param>
    /// <param name="live">What is there.</param>
    public static JsonObject Patch(JsonObject? last, JsonObject wanted, JsonObject live)
    {
        var patch = Changes(wanted, live);
        if (last is not null)
        {
            Remove(patch, last, wanted);
        }

        return patch;
    }

    /// <summary>Applies a merge patch (RFC 7386).</summary>
    public static JsonObject Apply(JsonObject to, JsonObject patch)
    {
        var merged = (JsonObject)to.DeepClone();
        foreach (var (name, value) in patch)
        {
            if (value is null)
            {
                merged.Remove(name);
            }
            else
            {
                merged[name] = value is JsonObject below
                    ? Apply(merged[name] as JsonObject ?? [], below)
                    : value.DeepClone();
            }
        }

        return merged;
    }

    private static JsonObject Changes(JsonObject wanted, JsonObject live)
    {
        var changes = new JsonObject();
        foreach (var (name, value) in wanted)
        {
            if (value is JsonObject below && live[name] is JsonObject there)
            {
                if (Changes(below, there) is { Count: > 0 } within)
                {
                    changes[name] = within;
                }
            }
            else if (!JsonNode.DeepEquals(value, live[name]))
            {
                changes[name] = value?.DeepClone();
            }
        }

        return changes;
    }

    private static void Remove(JsonObject patch, JsonObject last, JsonObject wanted)
    {
        foreach (var (name, value) in last)
        {
            if (!wanted.ContainsKey(name))
            {
                patch[name] = null;
            }
            else if (value is JsonObject below && wanted[name] is JsonObject still)
            {
                var within = patch[name] as JsonObject ?? [];
                Remove(within, below, still);
                if (within.Count > 0 && within.Parent is null)
                {
                    patch[name] = within;
                }
            }
        }
    }
}
