using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Defaults;
using GemmaOperator.Api.Engines;
using GemmaOperator.Api.Validation.Engines;
using k8s;

namespace GemmaOperator.BaseImages.Defaults;

/// <summary>
/// Computes what a spec comes to with its defaults. What an object says goes before what its namespace says, and that
/// before what the operator says. A field is left out by an object where it has the value that the schema fills in: in
/// what is stored, nothing tells the two apart.
/// </summary>
internal static class EffectiveSpec
{
    /// <summary>Has what the schema fills in.</summary>
    private static readonly JsonObject Blank = Write(new GemmaBaseImageSpec { Requirements = new RequirementsSpec() });

    /// <summary>Returns the effective spec, and each value in it that isn't the spec's own, by field.</summary>
    /// <param name="own">The object's spec; it is what is returned where nothing is taken over.</param>
    /// <param name="layers">The defaults, whose say counts first.</param>
    public static (GemmaBaseImageSpec Spec, IReadOnlyList<InheritedValue> Values) Merge(
        GemmaBaseImageSpec own,
        IReadOnlyList<DefaultsLayer> layers
    )
    {
        if (layers.Count == 0 || own.Defaults?.Policy.Value == DefaultsPolicy.Ignore)
        {
            return (own, []);
        }

        if (TryWrite(own) is not { } spec)
        {
            return (own, []);
        }

        var found = new List<InheritedValue>();
        foreach (
            var field in InheritableFields.All.Where(f => IsTakenOver(f, own, spec) && layers.Any(l => l.Gives(f)))
        )
        {
            found.AddRange(
                field.IsMap ? MergeMap(spec, field.Name, layers)
                : field.Key is { } key ? MergeList(spec, field.Name, key, layers, EngineOf(own))
                : Take(spec, field, layers)
            );
        }

        return found.Count == 0
            ? (own, [])
            : (KubernetesJson.Deserialize<GemmaBaseImageSpec>(spec.ToJsonString()), found);
    }

    private static bool IsTakenOver(InheritableField field, GemmaBaseImageSpec own, JsonObject spec) =>
        own.Defaults?.Except?.Contains(field.Name, StringComparer.Ordinal) != true
        && (field.OnlyWith is not { } needed || spec[needed] is JsonObject);

    /// <summary>The first that says anything of the field, or of those that belong to it, says all of them.</summary>
    private static IEnumerable<InheritedValue> Take(
        JsonObject spec,
        InheritableField field,
        IReadOnlyList<DefaultsLayer> layers
    )
    {
        if (field.Paths.Any(p => IsSet(spec, p)))
        {
            yield break;
        }

        var layer = layers.First(l => l.Gives(field));
        foreach (var path in field.Paths)
        {
            if (JsonPaths.Get(layer.Values, path) is { } value)
            {
                JsonPaths.Set(spec, path, value);
                yield return new InheritedValue($"spec.{path}", layer.From, value.ToJsonString());
            }
        }
    }

    private static bool IsSet(JsonObject spec, string path) =>
        JsonPaths.Get(spec, path) is { } value && !JsonNode.DeepEquals(value, JsonPaths.Get(Blank, path));

    private static IEnumerable<InheritedValue> MergeMap(
        JsonObject spec,
        string path,
        IReadOnlyList<DefaultsLayer> layers
    )
    {
        var merged = (JsonPaths.Get(spec, path) as JsonObject)?.DeepClone().AsObject() ?? [];
        foreach (var layer in layers)
        {
            foreach (var (name, value) in JsonPaths.Get(layer.Values, path) as JsonObject ?? [])
            {
                if (!merged.ContainsKey(name))
                {
                    merged[name] = value?.DeepClone();
                    yield return new InheritedValue($"spec.{path}[{name}]", layer.From, value?.ToJsonString() ?? "");
                }
            }
        }

        JsonPaths.Set(spec, path, merged);
    }

    /// <summary>
    /// What is inherited comes first, so that variables of the object may refer to variables of its defaults.
    /// </summary>
    private static IEnumerable<InheritedValue> MergeList(
        JsonObject spec,
        string path,
        string key,
        IReadOnlyList<DefaultsLayer> layers,
        ServerEngine? engine
    )
    {
        var merged = (JsonPaths.Get(spec, path) as JsonArray)?.ToList() ?? [];
        foreach (var layer in layers)
        {
            var added = (JsonPaths.Get(layer.Values, path) as JsonArray ?? [])
                .Where(item => merged.All(m => NameOf(m, key) != NameOf(item, key)))
                // What is said for one engine isn't said to objects of another, which couldn't take it out.
                .Where(item =>
                    path != InheritableFields.ServerVariables || !EngineRules.Refuses(engine, NameOf(item, key))
                )
                .ToList();
            merged.InsertRange(0, added);
            foreach (var item in added)
            {
                yield return new InheritedValue(
                    $"spec.{path}[{NameOf(item, key)}]",
                    layer.From,
                    item?.ToJsonString() ?? ""
                );
            }
        }

        JsonPaths.Set(spec, path, new JsonArray([.. merged.Select(m => m?.DeepClone())]));
    }

    private static ServerEngine? EngineOf(GemmaBaseImageSpec spec) => spec.Rollout?.Server?.Engine.Value;

    private static string? NameOf(JsonNode? item, string key) =>
        item is JsonObject fields && fields[key] is JsonValue value && value.TryGetValue<string>(out var name)
            ? name
            : null;

    /// <summary>
    /// Returns null where a quantity is beyond what can be written out: the object is refused for that anyway.
    /// </summary>
    private static JsonObject? TryWrite(GemmaBaseImageSpec spec)
    {
        try
        {
            return Write(spec);
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    private static JsonObject Write(GemmaBaseImageSpec spec) =>
        JsonNode.Parse(KubernetesJson.Serialize(spec))!.AsObject();
}
