using System.Text.Json.Nodes;
using LocalCluster.Json;

namespace LocalCluster.Rules;

/// <summary>
/// Translates names of fields to what rules call them: an identifier can hold no dot, dash or slash, and be no reserved
/// word (k8s.io/apiserver/pkg/cel/escaping.go).
/// </summary>
internal static class FieldNames
{
    private static readonly (string Name, string Escaped)[] Signs =
    [
        ("__", "__underscores__"),
        (".", "__dot__"),
        ("-", "__dash__"),
        ("/", "__slash__"),
    ];

    private static readonly HashSet<string> Reserved = new(StringComparer.Ordinal)
    {
        "true",
        "false",
        "null",
        "in",
        "as",
        "break",
        "const",
        "continue",
        "else",
        "for",
        "function",
        "if",
        "import",
        "let",
        "loop",
        "package",
        "namespace",
        "return",
        "var",
        "void",
        "while",
    };

    public static string Escape(string name)
    {
        if (Reserved.Contains(name))
        {
            return $"__{name}__";
        }

        foreach (var (sign, escaped) in Signs)
        {
            name = name.Replace(sign, escaped, StringComparison.Ordinal);
        }

        return name;
    }

    public static string Unescape(string name)
    {
        if (
            name.StartsWith("__", StringComparison.Ordinal)
            && name.EndsWith("__", StringComparison.Ordinal)
            && name.Length > 4
            && Reserved.Contains(name[2..^2])
        )
        {
            return name[2..^2];
        }

        foreach (var (sign, escaped) in Signs.Reverse())
        {
            name = name.Replace(escaped, sign, StringComparison.Ordinal);
        }

        return name;
    }

    /// <summary>Returns the schema of a field or of a map's value; null when the schema says nothing of it.</summary>
    public static JsonObject? SchemaOf(JsonObject? schema, string field) =>
        schema.Object("properties").Object(field) ?? schema.Object("additionalProperties");
}
