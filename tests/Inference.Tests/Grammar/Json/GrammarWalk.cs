using System.Text;
using System.Text.Json;
using GemmaInference.Grammar;
using GemmaInference.Grammar.Json;

namespace Inference.Tests.Grammar.Json;

/// <summary>Grammars of schemas, and texts that go through them.</summary>
internal static class GrammarWalk
{
    public static CompiledGrammar Of(string schema)
    {
        using var document = JsonDocument.Parse(schema);
        var own = document.RootElement.Clone();
        return AnswerGrammar.Build(builder => AnswerGrammar.Of(builder, own, "schema"), "schema");
    }

    public static SchemaException Refused(string schema) => Assert.Throws<SchemaException>(() => Of(schema))!;

    public static GrammarState After(CompiledGrammar grammar, string text) =>
        Encoding.UTF8.GetBytes(text).Aggregate(grammar.Start, grammar.Step);

    public static bool Accepts(CompiledGrammar grammar, string text) => After(grammar, text).IsAccepting;

    /// <summary>
    /// A text that goes through, by chance; from some length on what closes is preferred, so that it ends.
    /// </summary>
    public static string Draw(CompiledGrammar grammar, Random random)
    {
        var bytes = new List<byte>();
        var state = grammar.Start;
        while (!state.IsComplete && !(state.IsAccepting && random.Next(4) == 0))
        {
            var next = Enumerable
                .Range(0, 256)
                .Select(value => (Value: (byte)value, State: grammar.Step(state, (byte)value)))
                .Where(pair => !ReferenceEquals(pair.State, GrammarState.Dead))
                .ToList();
            Assert.That(next, Is.Not.Empty, () => $"a dead end after {Encoding.UTF8.GetString([.. bytes])}");
            var closing = next.Where(pair => "\"]},:0n".Contains((char)pair.Value)).ToList();
            var from = closing.Count > 0 && (bytes.Count > 200 || random.Next(3) == 0) ? closing : next;
            var chosen = from[random.Next(from.Count)];
            if (
                bytes.Count > 400
                && closing.Find(pair => (char)pair.Value is ']' or '}' or '"') is { State: not null } end
            )
            {
                chosen = end;
            }

            bytes.Add(chosen.Value);
            state = chosen.State;
            Assert.That(bytes, Has.Count.LessThan(20_000));
        }

        return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString([.. bytes]);
    }
}
