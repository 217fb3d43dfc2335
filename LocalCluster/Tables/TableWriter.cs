using System.Globalization;
using System.Text.Json.Nodes;
using LocalCluster.Discovery;
using LocalCluster.Json;

namespace LocalCluster.Tables;

/// <summary>Renders objects as the Table that kubectl prints.</summary>
internal static class TableWriter
{
    private const string NameDescription =
        "Name must be unique within a namespace. Is required when creating resources, although some "
        + "resources may allow a client to request the generation of an appropriate name automatically. "
        + "Name is primarily intended for creation idempotence and configuration definition. Cannot be "
        + "updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names";

    public static JsonObject Write(
        ResourceInfo resource,
        IEnumerable<JsonObject> objects,
        JsonObject listMetadata,
        string? includeObject,
        bool withColumns,
        DateTimeOffset now
    )
    {
        var columns = BuiltinColumns.For(resource) ?? CustomColumns(resource.Columns ?? []);
        var table = new JsonObject
        {
            ["kind"] = "Table",
            ["apiVersion"] = "meta.k8s.io/v1",
            ["metadata"] = listMetadata,
            ["columnDefinitions"] = withColumns
                ? new JsonArray([.. columns.Select(c => (JsonNode)c.Definition.DeepClone())])
                : null,
            ["rows"] = new JsonArray([
                .. objects.Select(o =>
                    (JsonNode)
                        new JsonObject
                        {
                            ["cells"] = new JsonArray([.. columns.Select(c => c.Cell(o, now))]),
                            ["object"] = includeObject switch
                            {
                                "None" => null,
                                "Object" => o.DeepClone(),
                                _ => Partial(o),
                            },
                        }
                ),
            ]),
        };
        return table;
    }

    /// <summary>Returns an object with nothing but its metadata.</summary>
    public static JsonObject Partial(JsonObject o)
    {
        var metadata = o.Metadata().Copy();
        return new JsonObject
        {
            ["kind"] = "PartialObjectMetadata",
            ["apiVersion"] = "meta.k8s.io/v1",
            ["metadata"] = metadata,
        };
    }

    public static Column Name { get; } =
        new(Define("Name", "string", "name", NameDescription, 0), (o, _) => o.Metadata().Text("name"));

    public static JsonObject Define(string name, string type, string format, string description, long priority) =>
        new()
        {
            ["name"] = name,
            ["type"] = type,
            ["format"] = format,
            ["description"] = description,
            ["priority"] = priority,
        };

    /// <summary>Returns the time since an instant, in kubectl's units.</summary>
    public static string Age(string? time, DateTimeOffset now)
    {
        if (!DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var then))
        {
            return "<unknown>";
        }

        var age = now - then;
        return age switch
        {
            { TotalSeconds: < -1 } => "<invalid>",
            { TotalSeconds: < 0 } => "0s",
            { TotalSeconds: < 120 } => $"{(long)age.TotalSeconds}s",
            { TotalMinutes: < 10 } => age.Seconds == 0
                ? $"{(long)age.TotalMinutes}m"
                : $"{(long)age.TotalMinutes}m{age.Seconds}s",
            { TotalHours: < 3 } => $"{(long)age.TotalMinutes}m",
            { TotalHours: < 8 } => age.Minutes == 0
                ? $"{(long)age.TotalHours}h"
                : $"{(long)age.TotalHours}h{age.Minutes}m",
            { TotalHours: < 48 } => $"{(long)age.TotalHours}h",
            { TotalDays: < 8 } => age.Hours == 0 ? $"{(long)age.TotalDays}d" : $"{(long)age.TotalDays}d{age.Hours}h",
            _ => $"{(long)age.TotalDays}d",
        };
    }

    private static IReadOnlyList<Column> CustomColumns(JsonArray columns) =>
        [
            Name,
            .. columns
                .OfType<JsonObject>()
                .Select(c =>
                {
                    var path = c.Text("jsonPath")!;
                    var isDate = c.Text("type") == "date";
                    var isNumber = c.Text("type") is "integer" or "number" or "boolean";
                    return new Column(
                        Define(
                            c.Text("name")!,
                            c.Text("type")!,
                            c.Text("format") ?? "",
                            c.Text("description") ?? $"Custom resource definition column (in JSONPath format): {path}",
                            c["priority"].Number() ?? 0
                        ),
                        (o, now) =>
                            JsonPath.Find(o, path) switch
                            {
                                null => null,
                                var date when isDate => Age(date.Text(), now),
                                var number when isNumber => number.DeepClone(),
                                var text => text.Text() ?? text.Write(),
                            }
                    );
                }),
        ];
}
