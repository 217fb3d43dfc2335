using System.Text.Json.Nodes;

namespace LocalCluster.Builtin;

internal static class Defaulting
{
    /// <summary>Sets a field that is absent or null.</summary>
    public static void Fill(this JsonObject json, string field, JsonNode value)
    {
        if (json[field] is null)
        {
            json[field] = value;
        }
    }
}
