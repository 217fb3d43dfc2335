using System.Diagnostics;
using GemmaInference.Grammar;
using GemmaInference.Text;
using Inference.Tests.Grammar.Json;

namespace Inference.Tests.Grammar;

[TestFixture]
internal sealed class TokenConstraintTests
{
    private const int End = 1;

    private static readonly Tokenizer Tokenizer = new(
        SentencePieceModel.ReadFile(Path.Combine(AppContext.BaseDirectory, "reference", "tiny.model"))
    );

    private static readonly TokenMasks Masks = new(Tokenizer, Tokenizer.Pieces.Count + 20);

    [Test]
    public void Exactly_the_tokens_are_open_whose_bytes_fit()
    {
        var grammar = GrammarWalk.Of("""{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}""");
        foreach (var before in (string[])["", "{", "{\"a\":", "{\"a\":\"wat", "{\"a\":\"\\", "{\"a\":\"x\""])
        {
            var constraint = new TokenConstraint(grammar, Masks, new HashSet<int> { End });
            foreach (var token in Tokenizer.Encode(before))
            {
                Assert.That(constraint.Take(token), Is.EqualTo(token));
            }

            var barred = new byte[Masks.Vocabulary];
            constraint.WriteBarred(barred);
            var state = GrammarWalk.After(grammar, before);
            for (var token = 0; token < barred.Length; token++)
            {
                var bytes = Masks.Trie.BytesOf(token);
                var fits =
                    bytes is not null && !ReferenceEquals(bytes.Aggregate(state, grammar.Step), GrammarState.Dead);
                Assert.That(barred[token] == 0, Is.EqualTo(fits), $"{before} {token}");
            }
        }
    }

    [Test]
    public void The_end_is_open_where_an_answer_may_end_and_nowhere_else()
    {
        var constraint = new TokenConstraint(GrammarWalk.Of("""{"type":"integer"}"""), Masks, new HashSet<int> { End });
        var barred = new byte[Masks.Vocabulary];
        constraint.WriteBarred(barred);
        Assert.That(barred[End], Is.EqualTo(1));
        constraint.Take(Tokenizer.Encode("7")[0]);
        constraint.WriteBarred(barred);
        Assert.That(barred[End], Is.Zero);
        Assert.That(constraint.IsComplete, Is.False);
    }

    [Test]
    public void What_does_not_fit_is_replaced_by_what_does()
    {
        var constraint = new TokenConstraint(GrammarWalk.Of("""{"const":true}"""), Masks, new HashSet<int> { End });
        var text = "";
        while (!constraint.IsComplete)
        {
            text += Tokenizer.Decode([constraint.Take(End)!.Value]);
        }

        Assert.That(text, Is.EqualTo("true"));
    }

    [Test]
    public void Nothing_is_taken_where_all_that_would_fit_are_ends()
    {
        var grammar = GrammarWalk.Of("""{"enum":[true]}""");
        var ends = Enumerable
            .Range(0, Masks.Vocabulary)
            .Where(token => Masks.Trie.BytesOf(token) is [(byte)'t', ..])
            .ToHashSet();
        var constraint = new TokenConstraint(grammar, Masks, ends);
        Assert.That(constraint.Take(ends.First()), Is.Null);
        Assert.That(constraint.IsAccepting, Is.False);
    }

    [Test]
    public void Schemas_with_many_places_at_once_hold_the_engine_for_moments()
    {
        var choices = string.Join(
            ',',
            Enumerable.Range(0, 400).Select(i => $$"""{"type":"array","items":{"$ref":"#"},"minItems":{{i % 5}}}""")
        );
        var optional = string.Join(',', Enumerable.Range(0, 400).Select(i => $"\"p{i:x}\":{{\"$ref\":\"#\"}}"));
        var counted = """{"type":"array","maxItems":900,"items":{"type":"string","maxLength":1000}}""";
        foreach (
            var schema in (string[])
                [
                    $$"""{"anyOf":[{{choices}}]}""",
                    $$"""{"type":"object","properties":{ {{optional}} },"additionalProperties":true}""",
                    counted,
                    "{}",
                ]
        )
        {
            var clock = Stopwatch.GetTimestamp();
            var grammar = GrammarWalk.Of(schema);
            var built = Stopwatch.GetElapsedTime(clock);
            var random = new Random(1);
            var constraint = new TokenConstraint(grammar, Masks, new HashSet<int> { End });
            var barred = new byte[Masks.Vocabulary];
            var (longest, steps) = (TimeSpan.Zero, 0);
            for (; steps < 100 && !constraint.IsComplete; steps++)
            {
                clock = Stopwatch.GetTimestamp();
                constraint.WriteBarred(barred);
                var taken = Stopwatch.GetElapsedTime(clock);
                longest = taken > longest ? taken : longest;
                var open = Enumerable
                    .Range(0, barred.Length)
                    .Where(token => barred[token] == 0 && token != End)
                    .ToArray();
                if (open.Length == 0)
                {
                    break;
                }

                constraint.Take(open[random.Next(open.Length)]);
            }

            TestContext.Out.WriteLine(
                $"{schema[..Math.Min(40, schema.Length)]}: built in {built.TotalMilliseconds:F0} ms, {steps} tokens, "
                    + $"longest {longest.TotalMilliseconds:F0} ms, work {grammar.Work}"
            );
            Assert.That(longest, Is.LessThan(TimeSpan.FromSeconds(5)), schema);
        }
    }

    /// <summary>Measures by hand; its bounds are only such that a walk that isn't cut would break them.</summary>
    [Test]
    public void A_vocabulary_as_large_as_Gemmas_is_walked_in_milliseconds_and_each_state_once()
    {
        var random = new Random(3);
        List<Piece> pieces =
        [
            .. Enumerable.Range(0, 256).Select(value => new Piece($"<0x{value:X2}>", 0, PieceKind.Byte)),
            .. Enumerable
                .Range(0, 262_000)
                .Select(_ => new Piece(
                    string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => (char)random.Next('a', 'z' + 1))),
                    0,
                    PieceKind.Normal
                )),
        ];
        var tokenizer = new Tokenizer(
            SentencePieceModel.Of([.. pieces.DistinctBy(piece => (piece.Text, piece.Kind))], "test")
        );
        var clock = Stopwatch.GetTimestamp();
        var masks = new TokenMasks(tokenizer, tokenizer.Pieces.Count);
        var built = Stopwatch.GetElapsedTime(clock);
        var grammar = GrammarWalk.Of("""{"type":"string"}""");
        var inside = GrammarWalk.After(grammar, "\"");
        clock = Stopwatch.GetTimestamp();
        var mask = masks.Of(grammar, inside);
        var first = Stopwatch.GetElapsedTime(clock);
        var constraint = new TokenConstraint(grammar, masks, new HashSet<int>());
        var barred = new byte[masks.Vocabulary];
        constraint.WriteBarred(barred);
        clock = Stopwatch.GetTimestamp();
        constraint.WriteBarred(barred);
        var again = Stopwatch.GetElapsedTime(clock);
        TestContext.Out.WriteLine(
            $"{masks.Trie.Nodes} nodes built in {built.TotalMilliseconds:F0} ms, first mask "
                + $"{first.TotalMilliseconds:F1} ms, again {again.TotalMilliseconds:F2} ms"
        );
        Assert.That(masks.Of(grammar, inside), Is.SameAs(mask));
        Assert.That(first, Is.LessThan(TimeSpan.FromSeconds(5)));
    }
}
