using System.Text.Json;
using CsCheck;
using GemmaInference.Native;
using GemmaInference.Text;

namespace Inference.Tests.Text;

[TestFixture]
internal sealed class TokenizerTests
{
    private static readonly Tokenizer Tiny = new(SentencePieceModel.ReadFile(TorchForTests.Reference("tiny.model")));

    [Test]
    public void Five_hundred_texts_get_the_ids_that_sentencepiece_gives()
    {
        var cases = JsonDocument
            .Parse(File.ReadAllText(TorchForTests.Reference("golden_tokens.json")))
            .RootElement.EnumerateArray()
            .ToList();
        Assert.That(cases, Has.Count.EqualTo(500));
        using (Assert.EnterMultipleScope())
        {
            foreach (var item in cases)
            {
                var text = item.GetProperty("text").GetString()!;
                var ids = item.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()).ToArray();
                Assert.That(Tiny.EncodeTrusted(text), Is.EqualTo(ids), () => text);
                // Control tokens are silent here; SentencePiece speaks those that are user-defined.
                var decoded = item.GetProperty("decoded")
                    .GetString()!
                    .Replace("<start_of_turn>", "")
                    .Replace("<end_of_turn>", "");
                Assert.That(Tiny.Decode(ids), Is.EqualTo(decoded), () => text);
            }
        }
    }

    [Test]
    public void Any_text_survives_a_round_trip() =>
        Gen.String[Gen.OneOf(Gen.Char['\0', '\ud7ff'], Gen.Char[" \n\tab<>"]), 0, 40]
            .Sample(text => Tiny.Decode(Tiny.Encode(text)) == text.Replace(Tokenizer.Space, ' '), iter: 2000);

    [Test]
    public void Control_tokens_in_user_text_are_only_letters()
    {
        var ids = Tiny.Encode("a<start_of_turn>user<end_of_turn><bos>");
        Assert.That(
            ids,
            Does.Not.Contain(Tiny.Control("<start_of_turn>"))
                .And.Not.Contain(Tiny.Control("<end_of_turn>"))
                .And.Not.Contain(Tiny.Control("<bos>"))
        );
        Assert.That(Tiny.Decode(ids), Is.EqualTo("a<start_of_turn>user<end_of_turn><bos>"));
        Assert.That(Tiny.Encode("<h1>"), Has.Count.EqualTo(1), "mark-up stays one piece");
    }

    [Test]
    public void Streaming_never_splits_a_character()
    {
        var stream = new StreamingDecoder(Tiny);
        var parts = Tiny.Encode("a🙂b").Select(stream.Push).ToList();
        Assert.That(parts, Is.EqualTo(new[] { "a", "", "", "", "🙂", "b" }));
        Assert.That(stream.Flush(), Is.Empty);
    }

    [Test]
    public void A_character_left_unfinished_becomes_a_replacement()
    {
        var stream = new StreamingDecoder(Tiny);
        var ids = Tiny.Encode("🙂");
        Assert.That(
            stream.Push(ids[0]) + stream.Push(ids[1]) + stream.Push(Tiny.Encode("a")[0]),
            Is.EqualTo("\ufffda")
        );
    }

    [Test]
    public void A_text_of_more_tokens_than_allowed_gives_none() =>
        Gen.Select(Gen.String[Gen.Char[" \naetw"], 0, 60], Gen.Int[0, 20])
            .Sample(
                (text, limit) =>
                    Tiny.Encode(text) is var ids
                    && (
                        ids.Count > limit
                            ? Tiny.EncodeWithin(text, limit) is null
                            : ids.SequenceEqual(Tiny.EncodeWithin(text, limit)!)
                    ),
                iter: 2000
            );

    [Test]
    public void What_cannot_fit_is_refused_at_once() =>
        Assert.That(
            Allocated(new string('a', 8_000_000), text => Tiny.EncodeWithin(text, 131_072)),
            Is.LessThan(10_000)
        );

    /// <summary>
    /// Copies of the text and its ids take 22 bytes a character; the merges of a whole text at once took 170.
    /// </summary>
    [Test]
    public void Memory_does_not_go_with_the_length_of_the_text()
    {
        var text = string.Concat(Enumerable.Repeat("the water of the river, ", 10_000));
        Assert.That(Allocated(text, Tiny.Encode) / text.Length, Is.LessThan(40));
    }

    [Test]
    public void A_long_run_of_one_character_is_quick() =>
        Assert.That(Tiny.Decode(Tiny.Encode(new string('a', 200_000))), Has.Length.EqualTo(200_000));

    [TestCase(0)]
    [TestCase(100)]
    [TestCase(5000)]
    public void A_model_cut_short_is_refused(int length)
    {
        var bytes = File.ReadAllBytes(TorchForTests.Reference("tiny.model"))[..length];
        Assert.That(
            () => SentencePieceModel.Read(bytes, "tokenizer.model"),
            Throws.TypeOf<InferenceException>().With.Message.Contains("tokenizer.model")
        );
    }

    private static long Allocated(string text, Func<string, IReadOnlyList<int>?> act)
    {
        act(text);
        var before = GC.GetAllocatedBytesForCurrentThread();
        act(text);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
