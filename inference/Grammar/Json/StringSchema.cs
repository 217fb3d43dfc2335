using GemmaInference.Grammar.Patterns;

namespace GemmaInference.Grammar.Json;

/// <summary>Draws strings as a schema asks for them: by length, pattern or format.</summary>
internal sealed class StringSchema(JsonRules rules, bool isLenient)
{
    /// <summary>Bounds patterns where schemas aren't meant strictly: a large one isn't worth a refusal.</summary>
    private const int MaxLenientSize = 512;

    private readonly PatternRules _patterns = new(rules);

    /// <summary>Returns the rule of a schema's strings.</summary>
    /// <exception cref="SchemaException">It asks for something that can't be compiled.</exception>
    public int Draw(SchemaNode schema)
    {
        var (least, most) = schema.Counts("minLength", "maxLength");
        if (schema.Maybe("pattern") is { } pattern && Read(pattern) is { } read && Keeps(schema, read, least, most))
        {
            return rules.Once($"pattern {pattern.Text()}", () => _patterns.Strings(read));
        }

        if (least > 0 || most is not null)
        {
            return rules.Strings(least, most);
        }

        // Beside a pattern or lengths a format stays what it is by itself: an annotation.
        return
            schema.Maybe("format") is { Element.ValueKind: System.Text.Json.JsonValueKind.String } format
            && StringFormats.Find(format.Text()) is { } known
            ? rules.Once($"format {format.Text()}", () => _patterns.Strings(known))
            : rules.Text;
    }

    /// <summary>Returns the rule of names that fit a pattern.</summary>
    /// <exception cref="SchemaException">The pattern can't be compiled.</exception>
    public int Names(SchemaNode place, string pattern) => _patterns.Strings(Parse(place, pattern));

    private Pattern? Read(SchemaNode node)
    {
        try
        {
            var pattern = Parse(node, node.Text());
            return isLenient && pattern.Size > MaxLenientSize ? null : pattern;
        }
        catch (SchemaException) when (isLenient)
        {
            return null;
        }
    }

    private static Pattern Parse(SchemaNode node, string pattern)
    {
        try
        {
            return PatternParser.Parse(pattern);
        }
        catch (PatternException cause)
        {
            throw node.Wrong($"the pattern can't be compiled: {cause.Message}");
        }
    }

    /// <summary>
    /// Tells whether a pattern keeps the lengths by itself. Else two automata would be needed at once; where schemas
    /// aren't meant strictly, the lengths count alone.
    /// </summary>
    private bool Keeps(SchemaNode schema, Pattern pattern, int least, int? most)
    {
        var isLong = pattern.Least >= least;
        if (isLong && (most is null || pattern.Most <= most))
        {
            return true;
        }

        return isLenient
            ? false
            : throw schema
                .At(isLong ? "maxLength" : "minLength")
                .Wrong(
                    $"the pattern allows {(isLong ? "longer" : "shorter")} texts; write the length into the pattern"
                );
    }
}
