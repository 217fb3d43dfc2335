using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using k8s.Models;

namespace Quickstart.Manifests;

/// <summary>
/// Decodes an object as an API server does with <c>fieldValidation=Strict</c>, by the client's types of the built-in
/// kinds: fields that nobody knows, fields that are there twice, values of another type. What a custom resource's
/// fields may be is its schema's to say; its metadata is everybody's.
/// </summary>
internal sealed class StrictFields
{
    private static readonly Dictionary<(string Group, string Version, string Kind), Type> Types = Builtin();

    private readonly ManifestObject _object;
    private readonly List<string> _unknown = [];
    private string? _wrongType;

    private StrictFields(ManifestObject of) => _object = of;

    /// <summary>Returns why the object is refused, in the API server's words; null when it isn't.</summary>
    public static string? Refusal(ManifestObject of)
    {
        var strict = new StrictFields(of);
        strict.Check();
        var mistakes = strict
            ._unknown.Select(path => $"unknown field \"{path}\"")
            .Concat(of.Duplicates.Select(d => $"duplicate field \"{d.Path}\" (line {d.Line})"))
            .ToList();
        var why =
            strict._wrongType ?? (mistakes.Count > 0 ? $"strict decoding error: {string.Join(", ", mistakes)}" : null);
        return why is null ? null : $"{of.Kind} in version \"{of.Version}\" cannot be handled as a {of.Kind}: {why}";
    }

    private void Check()
    {
        if (Types.TryGetValue((_object.Group, _object.Version, _object.Kind), out var type))
        {
            Check(_object.Json, type, "");
        }
        else
        {
            Check(_object.Json["metadata"], typeof(V1ObjectMeta), "metadata");
        }
    }

    private void Check(JsonNode? node, Type type, string path)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (node is null || type == typeof(object) || type == typeof(JsonElement))
        {
            return;
        }

        if (type == typeof(IntOrString) || type == typeof(ResourceQuantity))
        {
            Demand(node, path, type.Name, JsonValueKind.String, JsonValueKind.Number);
        }
        else if (type == typeof(string) || type == typeof(byte[]) || type == typeof(DateTime))
        {
            Demand(node, path, "string", JsonValueKind.String);
        }
        else if (type == typeof(bool))
        {
            Demand(node, path, "bool", JsonValueKind.True, JsonValueKind.False);
        }
        else if (type.IsPrimitive)
        {
            Demand(node, path, type.Name.ToLowerInvariant(), JsonValueKind.Number);
        }
        else if (type.IsGenericType && typeof(IEnumerable).IsAssignableFrom(type))
        {
            CheckItems(node, type.GetGenericArguments(), path);
        }
        else
        {
            CheckFields(node, type, path);
        }
    }

    private void CheckItems(JsonNode node, Type[] of, string path)
    {
        switch (node)
        {
            case JsonArray list when of is [var item]:
                for (var i = 0; i < list.Count; i++)
                {
                    Check(list[i], item, $"{path}[{i}]");
                }

                break;
            case JsonObject map when of is [_, var value]:
                foreach (var (key, entry) in map)
                {
                    Check(entry, value, $"{path}.{key}");
                }

                break;
            default:
                Demand(node, path, of.Length == 1 ? "array" : "map");
                break;
        }
    }

    private void CheckFields(JsonNode node, Type type, string path)
    {
        if (node is not JsonObject json)
        {
            Demand(node, path, type.Name);
            return;
        }

        var fields = type.GetProperties()
            .Select(p => (p.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name, p.PropertyType))
            .Where(p => p.Name is not null)
            .ToDictionary(p => p.Name!, p => p.PropertyType, StringComparer.Ordinal);
        foreach (var (name, value) in json)
        {
            var below = path.Length == 0 ? name : $"{path}.{name}";
            if (fields.TryGetValue(name, out var field))
            {
                Check(value, field, below);
            }
            else
            {
                _unknown.Add(below);
            }
        }
    }

    private void Demand(JsonNode node, string path, string type, params JsonValueKind[] kinds)
    {
        if (!kinds.Contains(node.GetValueKind()))
        {
            _wrongType ??=
                $"json: cannot unmarshal {NameOf(node)} into Go struct field {_object.Kind}.{path} of type {type}";
        }
    }

    private static string NameOf(JsonNode node) =>
        node.GetValueKind() switch
        {
            JsonValueKind.Array => "array",
            JsonValueKind.Object => "object",
            JsonValueKind.Number => "number",
            JsonValueKind.String => "string",
            _ => "bool",
        };

    private static Dictionary<(string, string, string), Type> Builtin() =>
        typeof(V1ConfigMap)
            .Assembly.GetExportedTypes()
            .Select(t => (Type: t, Entity: t.GetCustomAttribute<KubernetesEntityAttribute>()))
            .Where(t => t.Entity is not null)
            .GroupBy(t => (t.Entity!.Group ?? "", t.Entity.ApiVersion, t.Entity.Kind))
            .ToDictionary(g => g.Key, g => g.First().Type);
}
