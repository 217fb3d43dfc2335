using System.Text.Json.Nodes;
using LocalCluster.Json;

namespace LocalCluster.Builtin;

internal sealed class NamespaceKind : BuiltinKind
{
    public override void Default(JsonObject json, JsonObject? before)
    {
        json.Metadata().Child("labels")["kubernetes.io/metadata.name"] = json.Metadata().Text("name");
        json.Child("spec").Fill("finalizers", new JsonArray("kubernetes"));
        json.Child("status").Fill("phase", "Active");
    }
}
