using System.Text;
using System.Text.Json.Nodes;

namespace Operator.Tests.Api;

/// <summary>Writes the page of all fields from the definitions.</summary>
internal static class FieldReference
{
    private const int LongestDefault = 60;

    /// <summary>Returns the page, in Markdown.</summary>
    public static string Write()
    {
        var page = new StringBuilder(
            """
            # Fields

            Every field of both definitions, as `kubectl explain` has it; written from [`crds/`](../crds) and held against them by a test
            (`UPDATE_GOLDEN=1 dotnet test tests/Operator.Tests --filter FullyQualifiedName~FieldReference` writes it anew). What they are
            for, and how they go together, stands in the [API](api.md). `[]` is an item of a list, `{}` a value of a map; **bold** must be
            given where what is above it is.

            """.ReplaceLineEndings("\n")
        );
        foreach (var crd in CrdFile.All)
        {
            Write(page, crd);
        }

        return page.ToString();
    }

    private static void Write(StringBuilder page, CrdFile crd)
    {
        page.Append('\n').Append("## ").Append((string?)crd.Document["spec"]!["names"]!["kind"]).Append('\n');
        foreach (var part in new[] { "spec", "status" })
        {
            var schema = crd.Root["properties"]![part]!.AsObject();
            var groups = schema["properties"]!.AsObject();
            List<(string, JsonObject, bool)> simple =
            [
                .. groups
                    .Where(g => !HasChildren(g.Value!.AsObject()))
                    .Select(g => (g.Key, g.Value!.AsObject(), IsRequired(schema, g.Key))),
            ];
            Table(page, $"{part}", schema, simple);
            foreach (var (name, group) in groups.Where(g => HasChildren(g.Value!.AsObject())))
            {
                Table(page, $"{part}.{name}", group!.AsObject(), [.. Below("", group!.AsObject())]);
            }
        }
    }

    private static void Table(
        StringBuilder page,
        string title,
        JsonObject schema,
        IReadOnlyList<(string Path, JsonObject Schema, bool IsRequired)> rows
    )
    {
        page.Append("\n### `").Append(title).Append("`\n").Append(Words(schema)).Append('\n');
        if (rows.Count == 0)
        {
            return;
        }

        page.Append("\n| field | type | default | |\n|---|---|---|---|\n");
        foreach (var (path, field, isRequired) in rows)
        {
            var name = isRequired ? $"**`{path}`**" : $"`{path}`";
            page.Append("| ").Append(name).Append(" | ").Append(Type(field)).Append(" | ").Append(Default(field));
            page.Append(" | ").Append(Words(field)).Append(" |\n");
        }
    }

    private static IEnumerable<(string Path, JsonObject Schema, bool IsRequired)> Below(string path, JsonObject schema)
    {
        var dot = path.Length == 0 || path.EndsWith('.') ? path : path + ".";
        foreach (var (name, child) in schema["properties"]?.AsObject() ?? [])
        {
            yield return (dot + name, child!.AsObject(), IsRequired(schema, name));
            foreach (var row in Below(dot + name, child.AsObject()))
            {
                yield return row;
            }
        }

        foreach (var (mark, below) in new[] { ("[]", schema["items"]), ("{}", schema["additionalProperties"]) })
        {
            foreach (var row in below is JsonObject one ? Below(path + mark, one) : [])
            {
                yield return row;
            }
        }
    }

    private static bool HasChildren(JsonObject schema) => Below("", schema).Any();

    private static bool IsRequired(JsonObject schema, string name) =>
        schema["required"]?.AsArray().Any(r => (string?)r == name) == true;

    private static string Type(JsonObject schema)
    {
        var type =
            schema["x-kubernetes-int-or-string"] is not null ? "integer or string"
            : (string?)schema["type"] is not { } named ? "any"
            : named == "array" && schema["items"] is JsonObject item ? $"list of {Type(item)}"
            : named == "object" && schema["additionalProperties"] is JsonObject value ? $"map of {Type(value)}"
            : named;
        var words = schema["enum"]?.AsArray().Select(v => $"`{v}`").ToList() ?? [];
        var bounds = (schema["minimum"], schema["maximum"]) switch
        {
            ({ } least, { } most) => $", {least}–{most}",
            ({ } least, null) => $", at least {least}",
            (null, { } most) => $", at most {most}",
            _ => "",
        };
        return words.Count > 0 ? string.Join(", ", words) : type + bounds;
    }

    private static string Default(JsonObject schema) =>
        schema["default"]?.ToJsonString() is not { } text ? ""
        : text.Length > LongestDefault ? "see its fields"
        : $"`{text}`".Replace("|", "\\|");

    private static string Words(JsonObject schema) =>
        string.Join(
                ' ',
                ((string?)schema["description"] ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            )
            .Replace("|", "\\|")
            .Replace("<", "&lt;");
}
