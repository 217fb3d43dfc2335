using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LocalCluster.Json;

namespace LocalCluster.Builtin;

internal sealed class ServiceKind : BuiltinKind
{
    public override void Default(JsonObject json, JsonObject? before)
    {
        var spec = json.Child("spec");
        foreach (var port in (spec.Array("ports") ?? []).OfType<JsonObject>())
        {
            port.Fill("protocol", "TCP");
            port.Fill("targetPort", port["port"]?.DeepClone() ?? 0);
        }

        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(json.Metadata().Text("uid") ?? ""));
        var ip = before.Object("spec").Text("clusterIP") ?? $"10.0.{hash[0]}.{Math.Max(hash[1], (byte)2)}";
        spec.Fill("clusterIP", ip);
        spec.Fill("clusterIPs", new JsonArray(spec.Text("clusterIP")));
        spec.Fill("type", "ClusterIP");
        spec.Fill("sessionAffinity", "None");
        spec.Fill("ipFamilies", new JsonArray("IPv4"));
        spec.Fill("ipFamilyPolicy", "SingleStack");
        spec.Fill("internalTrafficPolicy", "Cluster");
        json.Child("status").Fill("loadBalancer", new JsonObject());
    }
}
