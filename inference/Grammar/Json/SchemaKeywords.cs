namespace GemmaInference.Grammar.Json;

/// <summary>
/// Knows JSON Schema's keywords (draft 2020-12, and what older drafts call otherwise). Those that are in neither list
/// are annotations, or nobody's: they bind nothing, and are ignored.
/// </summary>
internal static class SchemaKeywords
{
    /// <summary>Lists what is compiled; it binds values of one type, or of all.</summary>
    public static readonly string[] Compiled =
    [
        "$ref",
        "anyOf",
        "oneOf",
        "allOf",
        "enum",
        "const",
        "type",
        "properties",
        "required",
        "additionalProperties",
        "patternProperties",
        "propertyNames",
        "prefixItems",
        "items",
        "minItems",
        "maxItems",
        "minLength",
        "maxLength",
        "pattern",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
    ];

    /// <summary>Lists what binds values and isn't compiled.</summary>
    public static readonly string[] Unsupported =
    [
        "not",
        "if",
        "then",
        "else",
        "minProperties",
        "maxProperties",
        "dependentRequired",
        "dependentSchemas",
        "dependencies",
        "unevaluatedProperties",
        "unevaluatedItems",
        "additionalItems",
        "contains",
        "uniqueItems",
        "$dynamicRef",
        "$recursiveRef",
    ];

    /// <summary>Lists what binds strings, numbers, lists or objects alone.</summary>
    public static readonly Dictionary<string, string[]> OfTypes = new(StringComparer.Ordinal)
    {
        ["string"] = ["minLength", "maxLength", "pattern"],
        ["number"] = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"],
        ["integer"] = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"],
        ["array"] = ["prefixItems", "items", "minItems", "maxItems"],
        ["object"] = ["properties", "required", "additionalProperties", "patternProperties", "propertyNames"],
        ["boolean"] = [],
        ["null"] = [],
    };

    /// <summary>Tells whether a keyword binds values, as known formats do; the others are annotations.</summary>
    public static bool BindsAnything(string name) =>
        name == "format" || Compiled.Contains(name) || Unsupported.Contains(name);
}
