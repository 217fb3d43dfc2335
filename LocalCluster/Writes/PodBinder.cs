using System.Text.Json.Nodes;
using LocalCluster.Errors;
using LocalCluster.Json;
using LocalCluster.Requests;
using LocalCluster.Storage;

namespace LocalCluster.Writes;

/// <summary>Binds pods to nodes, for a scheduler.</summary>
internal sealed class PodBinder(ObjectStore store, TimeProvider time)
{
    /// <summary>Writes a pod's node, and the condition that says so.</summary>
    /// <exception cref="ApiException">The pod has a node already (409).</exception>
    public void Bind(ApiRequest request, string node)
    {
        lock (store.Gate)
        {
            var json = store.Live(request).Copy();
            var spec = json.Child("spec");
            if (spec.Text("nodeName") is { Length: > 0 } bound)
            {
                throw ApiException.Conflict(
                    "pods/binding",
                    "",
                    request.Name,
                    $"pod {request.Name} is already assigned to node \"{bound}\""
                );
            }

            spec["nodeName"] = node;
            var conditions = (json.Object("status").Array("conditions") ?? [])
                .OfType<JsonObject>()
                .Where(c => c.Text("type") != "PodScheduled")
                .Select(c => (JsonNode)c.DeepClone());
            json.Child("status")["conditions"] = new JsonArray([
                .. conditions,
                new JsonObject
                {
                    ["type"] = "PodScheduled",
                    ["status"] = "True",
                    ["lastProbeTime"] = null,
                    ["lastTransitionTime"] = time.Text(),
                },
            ]);
            store.Put(request.Resource.Key, json);
        }
    }
}
