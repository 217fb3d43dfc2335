using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LocalCluster.Errors;
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

internal sealed class ConfigMapKind : BuiltinKind
{
    public override IEnumerable<FieldError> Validate(JsonObject json, JsonObject? before)
    {
        if (before is null || !before["immutable"].IsTrue())
        {
            yield break;
        }

        if (!json["immutable"].IsTrue())
        {
            yield return FieldError.Forbidden("immutable", "field is immutable when `immutable` is set");
        }

        foreach (var field in new[] { "data", "binaryData" })
        {
            if (!JsonNode.DeepEquals(json[field], before[field]))
            {
                yield return FieldError.Forbidden(field, "field is immutable when `immutable` is set");
            }
        }
    }
}

internal sealed class SecretKind : BuiltinKind
{
    public override void Default(JsonObject json, JsonObject? before)
    {
        json.Fill("type", "Opaque");
        foreach (var (key, value) in json.Object("stringData")?.ToList() ?? [])
        {
            json.Child("data")[key] = Convert.ToBase64String(Encoding.UTF8.GetBytes(value.Text() ?? ""));
        }

        json.Remove("stringData");
    }

    public override IEnumerable<FieldError> Validate(JsonObject json, JsonObject? before)
    {
        if (json.Text("type") == "kubernetes.io/dockerconfigjson" && json.Object("data")?[".dockerconfigjson"] is null)
        {
            yield return FieldError.Required("data[.dockerconfigjson]");
        }

        if (before is not null && json.Text("type") != before.Text("type"))
        {
            yield return FieldError.Invalid("type", json["type"].Write(), "field is immutable");
        }
    }
}

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

internal sealed partial class LeaseKind : BuiltinKind
{
    public override IEnumerable<FieldError> Validate(JsonObject json, JsonObject? before)
    {
        foreach (var field in new[] { "acquireTime", "renewTime" })
        {
            if (json.Object("spec").Text(field) is { } time && !MicroTime().IsMatch(time))
            {
                var shown = JsonValue.Create(json.ToJsonString(JsonText.Options)).Write();
                yield return FieldError.Invalid(
                    "patch",
                    shown,
                    $"parsing time \"{time}\" as \"2006-01-02T15:04:05.000000Z07:00\": cannot "
                        + "parse \"Z\" as \".000000\""
                );
            }
        }
    }

    [GeneratedRegex(
        @"\A[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}(?:Z|[-+][0-9]{2}:[0-9]{2})\z",
        RegexOptions.NonBacktracking
    )]
    private static partial Regex MicroTime();
}

internal sealed class EventKind : BuiltinKind
{
    public override IEnumerable<FieldError> Validate(JsonObject json, JsonObject? before)
    {
        // Events of the old client libraries carry no eventTime and are checked less.
        if (json.Text("eventTime") is null)
        {
            yield break;
        }

        foreach (var field in new[] { "reportingComponent", "reportingInstance", "action", "reason" })
        {
            if (json.Text(field) is not { Length: > 0 })
            {
                yield return FieldError.Required(field);
            }
        }

        if (json.Text("type") is not ("Normal" or "Warning"))
        {
            yield return FieldError.Invalid("type", "\"\"", $"has invalid value: {json.Text("type")}");
        }

        if (Encoding.UTF8.GetByteCount(json.Text("message") ?? "") > 1024)
        {
            yield return FieldError.Invalid("message", "\"\"", "can have at most 1024 characters");
        }
    }

    public override void Default(JsonObject json, JsonObject? before)
    {
        json.Fill("source", new JsonObject());
        json["firstTimestamp"] ??= null;
        json["lastTimestamp"] ??= null;
    }
}

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
