using System.Text.Json.Nodes;
using LocalCluster.Json;
using LocalCluster.Schema;

namespace LocalCluster.Patching;

/// <summary>Holds the owners of an object's fields.</summary>
internal sealed class ManagedFields
{
    private readonly List<Entry> _entries;

    private ManagedFields(List<Entry> entries) => _entries = entries;

    /// <summary>Identifies one manager: by name, operation and subresource.</summary>
    public sealed record Entry(
        string Manager,
        string Operation,
        string Subresource,
        string ApiVersion,
        FieldSet Fields,
        string Time
    )
    {
        public bool Is(string manager, string operation, string subresource) =>
            Manager == manager && Operation == operation && Subresource == subresource;
    }

    public IReadOnlyList<Entry> Entries => _entries;

    public static ManagedFields Of(JsonObject json) =>
        new([
            .. (json.Object("metadata").Array("managedFields") ?? [])
                .OfType<JsonObject>()
                .Select(e => new Entry(
                    e.Text("manager") ?? "",
                    e.Text("operation") ?? "",
                    e.Text("subresource") ?? "",
                    e.Text("apiVersion") ?? "",
                    FieldSet.Parse(e.Object("fieldsV1")),
                    e.Text("time") ?? ""
                )),
        ]);

    public void Write(JsonObject json)
    {
        var list = new JsonArray([
            .. _entries
                .Where(e => !e.Fields.IsEmpty)
                .OrderBy(e => e.Operation == "Apply" ? 0 : 1)
                .ThenBy(e => e.Operation == "Apply" ? "" : e.Time, StringComparer.Ordinal)
                .ThenBy(e => e.Manager, StringComparer.Ordinal)
                .ThenBy(e => e.Subresource, StringComparer.Ordinal)
                .Select(ToJson),
        ]);
        if (list.Count == 0)
        {
            json.Metadata().Remove("managedFields");
        }
        else
        {
            json.Metadata()["managedFields"] = list;
        }
    }

    public Entry? Find(string manager, string operation, string subresource) =>
        _entries.Find(e => e.Is(manager, operation, subresource));

    /// <summary>Replaces or adds a manager's fields; the time moves only when they changed.</summary>
    public void Set(
        string manager,
        string operation,
        string subresource,
        string apiVersion,
        FieldSet fields,
        string now
    )
    {
        var index = _entries.FindIndex(e => e.Is(manager, operation, subresource));
        var same = index >= 0 && JsonNode.DeepEquals(_entries[index].Fields.ToJson(), fields.ToJson());
        var entry = new Entry(manager, operation, subresource, apiVersion, fields, same ? _entries[index].Time : now);
        if (index >= 0)
        {
            _entries[index] = entry;
        }
        else
        {
            _entries.Add(entry);
        }
    }

    /// <summary>
    /// Books a create, put or patch: the manager owns what it added or changed, nobody else owns that any longer, and
    /// nobody owns what is gone.
    /// </summary>
    public void Book(
        JsonObject? before,
        JsonObject after,
        Shape shape,
        Func<string, bool> sections,
        string manager,
        string subresource,
        string apiVersion,
        string now
    )
    {
        var present = FieldSet.Of(after, shape, sections, containers: true);
        var then = before is null ? new FieldSet() : FieldSet.Of(before, shape, sections, containers: true);
        var changed = present
            .Paths()
            .Where(p => before is null || !Same(FieldPath.Get(before, p, shape), FieldPath.Get(after, p, shape)))
            .ToList();
        var gone = then.Paths().Where(p => !FieldPath.Get(after, p, shape).Exists).ToList();
        foreach (var entry in _entries)
        {
            foreach (var path in gone)
            {
                entry.Fields.RemoveTree(path);
            }

            foreach (var path in changed.Where(_ => !entry.Is(manager, "Update", subresource)))
            {
                entry.Fields.Remove(path);
            }
        }

        if (changed.Count == 0)
        {
            return;
        }

        var own = FieldSet.Parse(Find(manager, "Update", subresource)?.Fields.ToJson());
        foreach (var path in changed)
        {
            own.Add(path);
        }

        Set(manager, "Update", subresource, apiVersion, own, now);
    }

    /// <summary>Leaves are compared by value, items of list maps by what is below them.</summary>
    private static bool Same((bool Exists, JsonNode? Value) a, (bool Exists, JsonNode? Value) b) =>
        a.Exists == b.Exists
        && ((a.Value is JsonObject && b.Value is JsonObject) || JsonNode.DeepEquals(a.Value, b.Value));

    private static JsonNode ToJson(Entry e)
    {
        var json = new JsonObject
        {
            ["manager"] = e.Manager,
            ["operation"] = e.Operation,
            ["apiVersion"] = e.ApiVersion,
            ["time"] = e.Time,
            ["fieldsType"] = "FieldsV1",
            ["fieldsV1"] = e.Fields.ToJson(),
        };
        if (e.Subresource.Length > 0)
        {
            json["subresource"] = e.Subresource;
        }

        return json;
    }
}
