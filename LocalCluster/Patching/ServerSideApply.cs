using System.Text.Json.Nodes;
using LocalCluster.Errors;
using LocalCluster.Json;
using LocalCluster.Schema;

namespace LocalCluster.Patching;

/// <summary>
/// Applies on the server's side: merges what a manager says it wants, refuses or takes over what others own
/// differently, and removes what it no longer wants and nobody else owns.
/// </summary>
internal static class ServerSideApply
{
    public static JsonObject Apply(
        JsonObject live,
        JsonObject wanted,
        Shape shape,
        Func<string, bool> sections,
        string manager,
        string subresource,
        bool force,
        string apiVersion,
        string now
    )
    {
        var managers = ManagedFields.Of(live);
        var fields = FieldSet.Of(wanted, shape, sections);
        var conflicts = Conflicts(live, wanted, shape, managers, fields, manager, subresource);
        if (conflicts.Count > 0 && !force)
        {
            throw Refuse(conflicts);
        }

        foreach (var (entry, path) in conflicts)
        {
            entry.Fields.Remove(path);
        }

        var result = live.Copy();
        foreach (var (name, value) in wanted.Where(f => f.Key == "metadata" || sections(f.Key)))
        {
            if (name == "metadata")
            {
                MergeMetadata(result, (value as JsonObject)!, shape);
            }
            else
            {
                result[name] = Merge(result[name], value, shape.Field(name));
            }
        }

        var before = managers.Find(manager, "Apply", subresource)?.Fields;
        foreach (var path in (before?.Paths() ?? []).Where(p => !fields.Touches(p)).ToList())
        {
            if (!managers.Entries.Any(e => !e.Is(manager, "Apply", subresource) && e.Fields.Touches(path)))
            {
                FieldPath.Remove(result, path, shape);
                RemoveEmptied(result, path, shape, fields);
            }
        }

        managers.Set(manager, "Apply", subresource, apiVersion, fields, now);
        managers.Write(result);
        return result;
    }

    private static List<(ManagedFields.Entry Entry, IReadOnlyList<string> Path)> Conflicts(
        JsonObject live,
        JsonObject wanted,
        Shape shape,
        ManagedFields managers,
        FieldSet fields,
        string manager,
        string subresource
    ) =>
        [
            .. managers
                .Entries.Where(e => !e.Is(manager, "Apply", subresource))
                .SelectMany(e =>
                    fields
                        .Paths()
                        .Where(p =>
                            e.Fields.Contains(p)
                            && !Same(FieldPath.Get(live, p, shape), FieldPath.Get(wanted, p, shape))
                        )
                        .Select(p => (e, p))
                ),
        ];

    private static bool Same((bool Exists, JsonNode? Value) live, (bool Exists, JsonNode? Value) wanted) =>
        live.Exists == wanted.Exists
        && ((live.Value is JsonObject && wanted.Value is JsonObject) || JsonNode.DeepEquals(live.Value, wanted.Value));

    private static ApiException Refuse(List<(ManagedFields.Entry Entry, IReadOnlyList<string> Path)> conflicts)
    {
        var lines = conflicts
            .GroupBy(c => Name(c.Entry))
            .Select(g =>
                g.Count() == 1
                    ? $"conflict with {g.Key}: {FieldPath.Show(g.First().Path)}"
                    : $"conflicts with {g.Key}:\n{string.Join("\n", g.Select(c => "- " + FieldPath.Show(c.Path)))}"
            );
        var causes = conflicts.Select(c =>
            (JsonNode)
                new JsonObject
                {
                    ["reason"] = "FieldManagerConflict",
                    ["message"] = $"conflict with {Name(c.Entry)}",
                    ["field"] = FieldPath.Show(c.Path),
                }
        );
        return new ApiException(
            409,
            "Conflict",
            $"Apply failed with {conflicts.Count} conflict{(conflicts.Count == 1 ? "" : "s")}: "
                + $"{string.Join("\n", lines)}",
            new JsonObject { ["causes"] = new JsonArray([.. causes]) }
        );
    }

    private static string Name(ManagedFields.Entry e) =>
        $"\"{e.Manager}\""
        + (e.Subresource.Length > 0 ? $" with subresource \"{e.Subresource}\"" : "")
        + (e.Operation == "Update" ? $" using {e.ApiVersion}" : "");

    private static void MergeMetadata(JsonObject result, JsonObject wanted, Shape shape)
    {
        var metadata = result.Metadata();
        foreach (var (name, value) in wanted)
        {
            if (name is "labels" or "annotations" or "finalizers" or "ownerReferences")
            {
                metadata[name] = Merge(metadata[name], value, shape.Field("metadata").Field(name));
            }
            else if (!metadata.ContainsKey(name) && value is not null)
            {
                metadata[name] = value.DeepClone();
            }
        }
    }

    private static JsonNode? Merge(JsonNode? live, JsonNode? wanted, Shape shape)
    {
        switch (live, wanted)
        {
            case (JsonObject have, JsonObject want) when !shape.IsAtomic:
                foreach (var (name, value) in want)
                {
                    have[name] = Merge(have[name], value, shape.Field(name));
                }

                return have.Parent is null ? have : have.DeepClone();
            case (JsonArray have, JsonArray want) when shape.Keys.Count > 0:
                return MergeListMap(have, want, shape);
            case (JsonArray have, JsonArray want) when shape.IsSet:
                var present = have.Select(v => v.Write()).ToHashSet(StringComparer.Ordinal);
                return new JsonArray([
                    .. have.Concat(want.Where(v => !present.Contains(v.Write()))).Select(v => v?.DeepClone()),
                ]);
            default:
                return wanted?.DeepClone();
        }
    }

    private static JsonArray MergeListMap(JsonArray have, JsonArray want, Shape shape)
    {
        var wanted = want.OfType<JsonObject>().ToDictionary(i => ListKey.Of(i, shape), StringComparer.Ordinal);
        var result = new JsonArray();
        foreach (var item in have.OfType<JsonObject>())
        {
            result.Add(
                wanted.Remove(ListKey.Of(item, shape), out var change)
                    ? Merge(item.DeepClone(), change, shape.Item())
                    : item.DeepClone()
            );
        }

        foreach (var item in want.OfType<JsonObject>().Where(i => wanted.ContainsKey(ListKey.Of(i, shape))))
        {
            result.Add(item.DeepClone());
        }

        return result;
    }

    /// <summary>Removes a container that lost its last part through this apply.</summary>
    private static void RemoveEmptied(JsonObject result, IReadOnlyList<string> path, Shape shape, FieldSet fields)
    {
        for (var above = path.SkipLast(1).ToList(); above.Count > 0; above = [.. above.SkipLast(1)])
        {
            var (exists, value) = FieldPath.Get(result, above, shape);
            if (
                !exists
                || value is not (JsonObject { Count: 0 } or JsonArray { Count: 0 })
                || fields.Contains(above)
                || above.Count == 1
            )
            {
                return;
            }

            FieldPath.Remove(result, above, shape);
        }
    }
}
