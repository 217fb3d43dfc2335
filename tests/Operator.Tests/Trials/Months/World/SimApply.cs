using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using k8s;
using k8s.Models;

namespace Operator.Tests.Trials.Months.World;

/// <summary>Makes of an object what a write asks for, where nobody but the operator owns a field.</summary>
internal static class SimApply
{
    /// <summary>Takes everything but the status from a body.</summary>
    public static T Replace<T>(T live, T body)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var (mine, theirs) = (Json(live), Json(body));
        foreach (var name in mine.Select(p => p.Key).Union(theirs.Select(p => p.Key)).ToList())
        {
            if (name is not ("status" or "metadata" or "apiVersion" or "kind"))
            {
                mine[name] = theirs[name]?.DeepClone();
            }
        }

        foreach (var name in new[] { "labels", "annotations", "ownerReferences" })
        {
            mine["metadata"]![name] = theirs["metadata"]![name]?.DeepClone();
        }

        return Counted(live, mine);
    }

    /// <summary>Takes the status from a body.</summary>
    public static T Status<T>(T live, T body)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var mine = Json(live);
        mine["status"] = Json(body)["status"]?.DeepClone();
        return Read<T>(mine);
    }

    /// <summary>Applies a merge patch (RFC 7386).</summary>
    public static T Merge<T>(T live, JsonObject patch)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var mine = Json(live);
        Merge(mine, patch);
        return Counted(live, mine);
    }

    private static void Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is JsonObject below)
            {
                Merge((JsonObject)(target[name] ??= new JsonObject()), below);
            }
            else if (value is null)
            {
                target.Remove(name);
            }
            else
            {
                target[name] = value.DeepClone();
            }
        }
    }

    private static T Counted<T>(T live, JsonObject after)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        if (!JsonNode.DeepEquals(Json(live)["spec"], after["spec"]))
        {
            after["metadata"]!["generation"] = (live.Metadata.Generation ?? 0) + 1;
        }

        return Read<T>(after);
    }

    private static JsonObject Json<T>(T given) => JsonNode.Parse(KubernetesJson.Serialize(given))!.AsObject();

    private static T Read<T>(JsonObject json) => KubernetesJson.Deserialize<T>(json.ToJsonString());
}
