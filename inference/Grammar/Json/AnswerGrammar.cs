using System.Text.Json;

namespace GemmaInference.Grammar.Json;

/// <summary>Draws answers that are JSON.</summary>
internal static class AnswerGrammar
{
    /// <summary>Returns the rule of any object.</summary>
    public static int AnyObject(GrammarBuilder builder) => new JsonRules(builder).AnyObject;

    /// <summary>Returns the rule of what a schema calls valid.</summary>
    /// <param name="path">The schema's place in the request.</param>
    /// <exception cref="SchemaException">The schema can't be compiled.</exception>
    public static int Of(GrammarBuilder builder, JsonElement schema, string path) =>
        new SchemaCompiler(new JsonRules(builder), new SchemaNode(schema, path), isLenient: false).Compile();

    /// <summary>Returns the grammar that begins with a rule.</summary>
    /// <param name="path">What it comes from, for messages.</param>
    /// <exception cref="SchemaException">Nothing that ends fits it.</exception>
    public static CompiledGrammar Build(Func<GrammarBuilder, int> draw, string path)
    {
        var builder = new GrammarBuilder();
        try
        {
            return builder.Build(draw(builder))
                ?? throw new SchemaException(
                    path,
                    $"nothing that ends within {CompiledGrammar.MaxDepth} levels is valid by this schema"
                );
        }
        catch (GrammarTooLargeException)
        {
            throw new SchemaException(path, "it is too large; ask for less at once");
        }
    }
}
