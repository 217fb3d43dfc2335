using System.Text.Json.Nodes;
using LocalCluster.Errors;
using LocalCluster.Json;

namespace LocalCluster.Builtin;

/// <summary>
/// Defaults the limits of containers: a maximum is their default limit, and that their default request.
/// </summary>
internal sealed class LimitRangeKind : BuiltinKind
{
    private static readonly string[] Types = ["\"Container\"", "\"PersistentVolumeClaim\"", "\"Pod\""];

    public override void Default(JsonObject json, JsonObject? before)
    {
        foreach (var limit in Limits(json))
        {
            foreach (var (_, list) in limit.ToList())
            {
                foreach (var (name, value) in (list as JsonObject)?.ToList() ?? [])
                {
                    list![name] = Quantity.Canonical(value);
                }
            }

            if (limit.Text("type") == "Container")
            {
                Take(limit, "default", "max");
                Take(limit, "defaultRequest", "default");
                Take(limit, "defaultRequest", "min");
            }
        }
    }

    public override IEnumerable<FieldError> Validate(JsonObject json, JsonObject? before)
    {
        var index = 0;
        foreach (var limit in Limits(json))
        {
            var type = limit["type"].Write();
            if (!Types.Contains(type, StringComparer.Ordinal))
            {
                yield return FieldError.Unsupported($"spec.limits[{index}].type", type, Types);
            }

            index++;
        }
    }

    private static IEnumerable<JsonObject> Limits(JsonObject json) =>
        (json.Object("spec").Array("limits") ?? []).OfType<JsonObject>();

    private static void Take(JsonObject limit, string list, string from)
    {
        foreach (var (name, value) in limit.Object(from)?.ToList() ?? [])
        {
            limit.Child(list).Fill(name, value!.DeepClone());
        }
    }
}
