using System.Text.Encodings.Web;
using System.Text.Json;

namespace GemmaInference.Grammar.Json;

/// <summary>Draws objects: their properties come in the schema's order, and what else is allowed after them.</summary>
internal static class ObjectRules
{
    /// <param name="Rule">The rule of the value.</param>
    internal sealed record Property(string Name, int Rule, bool IsRequired);

    /// <summary>Writes a text as JSON does.</summary>
    public static string Quote(string text) =>
        '"' + JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString() + '"';

    /// <summary>Draws an object between braces, which ends its rule.</summary>
    /// <param name="others">The rule of values whose names aren't listed; null where there are none.</param>
    /// <param name="names">The rule of such names; null for any that isn't listed.</param>
    public static void Draw(
        JsonRules rules,
        int start,
        IReadOnlyList<Property> properties,
        int? others,
        int? names = null
    )
    {
        var builder = rules.Builder;
        var end = builder.NewEnd();
        // One place where nothing was written yet, and one where a comma comes first.
        var (first, more) = (rules.Space(builder.Literal(start, "{")), (int?)null);
        foreach (var property in properties)
        {
            var name = builder.NewNode();
            var after = builder.NewNode();
            Begin(name);
            var colon = builder.Literal(name, rules.Spelling.Name(property.Name));
            builder.Call(rules.Space(colon), property.Rule, after);
            if (property.IsRequired)
            {
                (first, more) = (-1, after);
                continue;
            }

            if (more is { } before)
            {
                builder.Skip(before, after);
            }

            more = after;
        }

        if (others is { } rule)
        {
            var name = builder.NewNode();
            var after = builder.NewNode();
            Begin(name);
            var colon = names is { } fitting
                ? builder.Literal(builder.Call(name, fitting), ":")
                : builder.Literal(
                    NameRules.Other(rules, name, [.. properties.Select(own => own.Name)]),
                    rules.Spelling.AfterName
                );
            builder.Call(rules.Space(colon), rule, after);
            builder.Skip(rules.Space(builder.Literal(after, ",")), name);
            builder.Edge(rules.Space(after), '}', '}', end);
        }

        if (first >= 0)
        {
            builder.Edge(first, '}', '}', end);
        }

        if (more is { } last)
        {
            builder.Edge(rules.Space(last), '}', '}', end);
        }

        void Begin(int name)
        {
            if (first >= 0)
            {
                builder.Skip(first, name);
            }

            if (more is { } before)
            {
                builder.Skip(rules.Space(builder.Literal(before, ",")), name);
            }
        }
    }
}
