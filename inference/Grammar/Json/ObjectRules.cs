using System.Text;
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
    public static void Draw(JsonRules rules, int start, IReadOnlyList<Property> properties, int? others)
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
            var colon = builder.Literal(builder.Literal(name, Quote(property.Name)), ":");
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
            builder.Call(rules.Space(builder.Literal(OtherName(rules, name, properties), ":")), rule, after);
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

    /// <summary>
    /// Draws a name that none of the properties has: letter by letter along the listed ones, and away from them. It has
    /// no escapes, by which a listed name could be spelt otherwise.
    /// </summary>
    private static int OtherName(JsonRules rules, int from, IReadOnlyList<Property> properties)
    {
        var builder = rules.Builder;
        var end = builder.NewNode();
        var away = builder.NewNode();
        rules.Unescaped(away, away);
        builder.Edge(away, '"', '"', end);
        var names = properties.Select(property => Encoding.UTF8.GetBytes(property.Name)).ToList();
        Along(builder.Literal(from, "\""), names, 0);
        return end;

        void Along(int at, List<byte[]> listed, int depth)
        {
            if (listed.TrueForAll(name => name.Length != depth))
            {
                builder.Edge(at, '"', '"', end);
            }

            var next = listed.Where(name => name.Length > depth).GroupBy(name => name[depth]).ToList();
            var low = 0x20;
            foreach (
                var letter in next.Select(group => (int)group.Key).Where(letter => letter < 0x80).Append(0x80).Order()
            )
            {
                Plain(at, low, letter - 1);
                low = letter + 1;
            }

            // A listed name that goes on beyond ASCII is left alone: no other name does so here.
            if (next.TrueForAll(group => group.Key < 0x80))
            {
                rules.Beyond(at, away);
            }

            foreach (
                var group in next.Where(group => group.Key is >= 0x20 and < 0x80 and not ((byte)'"' or (byte)'\\'))
            )
            {
                Along(builder.Literal(at, ((char)group.Key).ToString()), [.. group], depth + 1);
            }
        }

        void Plain(int at, int low, int high)
        {
            foreach (var odd in (int[])['"', '\\'])
            {
                if (low <= odd && odd <= high)
                {
                    Plain(at, low, odd - 1);
                    low = odd + 1;
                }
            }

            if (low <= high)
            {
                builder.Edge(at, low, high, away);
            }
        }
    }
}
