using System.Text.Json.Nodes;
using LocalCluster.Json;

namespace LocalCluster.Tables;

/// <summary>Reads the cells of Services.</summary>
internal static class ServiceCells
{
    public static string External(JsonObject service)
    {
        var spec = service.Object("spec");
        var own = (spec.Array("externalIPs") ?? []).Select(i => i.Text());
        var given = (service.Object("status").Object("loadBalancer").Array("ingress") ?? [])
            .OfType<JsonObject>()
            .Select(i => i.Text("ip") ?? i.Text("hostname"));
        return spec.Text("type") switch
        {
            "ExternalName" => spec.Text("externalName") ?? "",
            "LoadBalancer" => string.Join(',', given.Concat(own)) is { Length: > 0 } all ? all : "<pending>",
            _ => Cells.OrNone(string.Join(',', own)),
        };
    }

    public static string Ports(JsonObject service) =>
        Cells.OrNone(
            string.Join(
                ',',
                (service.Object("spec").Array("ports") ?? [])
                    .OfType<JsonObject>()
                    .Select(p =>
                        p["nodePort"].Number() is > 0 and var node
                            ? $"{p["port"].Number()}:{node}/{p.Text("protocol")}"
                            : $"{p["port"].Number()}/{p.Text("protocol")}"
                    )
            )
        );
}
