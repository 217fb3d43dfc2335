using System.Text.Json.Nodes;

namespace LocalCluster.Builtin;

internal sealed class PlainKind(bool hasGeneration) : BuiltinKind
{
    public override bool HasGeneration => hasGeneration;

    public override void Default(JsonObject json, JsonObject? before)
    {
        if (hasGeneration)
        {
            json.Fill("status", new JsonObject());
        }
    }
}
