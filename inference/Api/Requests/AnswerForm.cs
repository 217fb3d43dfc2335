using GemmaInference.Grammar;
using GemmaInference.Grammar.Json;

namespace GemmaInference.Api.Requests;

/// <summary>Says what an answer has to be, as a grammar that isn't made yet.</summary>
/// <param name="Path">The field that asks for it.</param>
/// <param name="Key">All that the grammar is made of.</param>
/// <param name="Draw">Returns the rule of right answers.</param>
internal sealed record AnswerForm(string Path, string Key, Func<GrammarBuilder, int> Draw)
{
    /// <exception cref="ApiException">A schema can't be compiled; the error names the place.</exception>
    public CompiledGrammar Compile(GrammarCache cache)
    {
        try
        {
            return cache.Get(Key, () => AnswerGrammar.Build(Draw, Path));
        }
        catch (SchemaException cause)
        {
            throw ApiException.Invalid(
                ApiException.Short(cause.Path),
                $"'{ApiException.Short(cause.Path)}': {cause.Message}",
                "invalid_schema"
            );
        }
    }
}
