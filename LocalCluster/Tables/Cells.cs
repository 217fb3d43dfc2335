using System.Text.Json.Nodes;
using LocalCluster.Json;

namespace LocalCluster.Tables;

/// <summary>Makes columns, and reads the cells that several kinds have (pkg/printers/internalversion).</summary>
internal static class Cells
{
    private const string AgeDescription =
        "CreationTimestamp is a timestamp representing the server time when this object was created. It is "
        + "not guaranteed to be set in happens-before order across separate operations. "
        + "Clients may not set this value. It is represented in RFC3339 form and is in UTC.\n\n"
        + "Populated by the system. Read-only. Null for lists. "
        + "More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata";

    public static Column Age { get; } =
        Timed("Age", AgeDescription, (o, now) => TableWriter.Age(o.Metadata().Text("creationTimestamp"), now));

    public static Column Created { get; } =
        Text("Created At", AgeDescription, o => o.Metadata().Text("creationTimestamp"));

    public static Column Containers { get; } =
        Text("Containers", "Names of each container in the template.", o => InTemplate(o, "name"), priority: 1);

    public static Column Images { get; } =
        Text(
            "Images",
            "Images referenced by each container in the template.",
            o => InTemplate(o, "image"),
            priority: 1
        );

    public static Column WideName { get; } =
        TableWriter.Name with
        {
            Definition = new JsonObject(
                TableWriter.Name.Definition.Select(f =>
                    KeyValuePair.Create(f.Key, f.Key == "priority" ? JsonValue.Create(1) : f.Value?.DeepClone())
                )
            ),
        };

    public static Column Named(Func<JsonObject, string?> read) => TableWriter.Name with { Cell = (o, _) => read(o) };

    public static Column Text(string name, string description, Func<JsonObject, string?> read, int priority = 0) =>
        new(TableWriter.Define(name, "string", "", description, priority), (o, _) => read(o));

    public static Column Timed(
        string name,
        string description,
        Func<JsonObject, DateTimeOffset, string?> read,
        int priority = 0
    ) => new(TableWriter.Define(name, "string", "", description, priority), (o, now) => read(o, now));

    public static Column Number(
        string type,
        string name,
        string description,
        Func<JsonObject, long> read,
        int priority = 0
    ) => new(TableWriter.Define(name, type, "", description, priority), (o, _) => read(o));

    public static Column Flag(string name, string description, Func<JsonObject, bool> read) =>
        new(TableWriter.Define(name, "boolean", "", description, 0), (o, _) => read(o));

    public static long Status(JsonObject o, string field) => o.Object("status")?[field].Number() ?? 0;

    public static long? Spec(JsonObject o, string field) => o.Object("spec")?[field].Number();

    public static long Count(JsonObject o, string field) =>
        o[field] switch
        {
            JsonObject map => map.Count,
            JsonArray list => list.Count,
            _ => 0,
        };

    public static string OrNone(string? text) => text is { Length: > 0 } ? text : "<none>";

    /// <summary>Returns a number or a share; N/A where there is neither.</summary>
    public static string Either(JsonNode? value) => value is null ? "N/A" : value.Text() ?? value.Write();

    public static string Labels(JsonObject? labels) =>
        labels is { Count: > 0 }
            ? string.Join(
                ',',
                labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value.Text()}")
            )
            : "<none>";

    public static string Selector(JsonObject o)
    {
        var selector = o.Object("spec").Object("selector");
        var terms = (selector.Array("matchExpressions") ?? []).OfType<JsonObject>().Select(Expression);
        var labels = selector.Object("matchLabels") is { Count: > 0 } some ? [Labels(some)] : Array.Empty<string>();
        return OrNone(string.Join(',', labels.Concat(terms)));
    }

    private static string Expression(JsonObject term)
    {
        var values = $"({string.Join(',', (term.Array("values") ?? []).Select(v => v.Text()))})";
        return term.Text("operator") switch
        {
            "In" => $"{term.Text("key")} in {values}",
            "NotIn" => $"{term.Text("key")} notin {values}",
            "DoesNotExist" => $"!{term.Text("key")}",
            _ => term.Text("key") ?? "",
        };
    }

    private static string InTemplate(JsonObject o, string field) =>
        string.Join(
            ',',
            (o.Object("spec").Object("template").Object("spec").Array("containers") ?? []).Select(c =>
                (c as JsonObject).Text(field)
            )
        );
}
