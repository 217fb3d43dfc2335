using CsCheck;
using GemmaInference.Text;

namespace Inference.Tests.Text;

/// <summary>Offsets of tokens are those of the text that is shown.</summary>
[TestFixture]
internal sealed class TextOffsetsTests
{
    private static readonly Tokenizer Tiny = new(SentencePieceModel.ReadFile(TorchForTests.Reference("tiny.model")));

    [TestCase("<unk> a <unk> a", "0 3 5 8")]
    [TestCase("<bos> a", "0 0")]
    [TestCase("C3 A9 a", "0 0 1", Description = "é")]
    [TestCase("E2 82 AC a", "0 0 0 1", Description = "€")]
    [TestCase("F0 9F 92 A5 a", "0 0 0 0 2", Description = "outside the basic plane")]
    [TestCase("FF a", "0 1", Description = "never UTF-8")]
    [TestCase("A9 A9 a", "0 1 2", Description = "no beginning")]
    [TestCase("C3 C3 A9 a", "0 1 1 2", Description = "no end, then another")]
    [TestCase("F0 9F 92 a a", "0 0 0 1 3", Description = "no end")]
    [TestCase("E2 82 <bos> A9 a", "0 0 1 1 2", Description = "a control token between")]
    public void Offsets_are_where_the_text_of_a_token_begins(string tokens, string offsets)
    {
        var stream = new TextOffsets(Tiny);
        Assert.That(string.Join(' ', tokens.Split(' ').Select(token => stream.Next(Id(token)))), Is.EqualTo(offsets));
    }

    [Test]
    public void Whatever_comes_the_next_token_begins_where_the_text_so_far_ends() =>
        Gen.OneOf(Gen.Int[0, Tiny.Pieces.Count + 3], Gen.Int[0, 255].Select(value => Id($"{value:X2}")))
            .List[0, 12]
            .Sample(
                ids =>
                {
                    var stream = new TextOffsets(Tiny);
                    foreach (var id in ids)
                    {
                        stream.Next(id);
                    }

                    Assert.That(stream.Next(Id("a")), Is.EqualTo(Tiny.Decode(ids).Length));
                },
                iter: 3000
            );

    /// <summary>Names "a" a piece of two characters.</summary>
    private static int Id(string token) =>
        Tiny
            .Pieces.Index()
            .First(piece =>
                token == "a"
                    ? piece.Item is { Kind: PieceKind.Normal, Text.Length: 2 }
                    : piece.Item.Text == token || piece.Item.Text == $"<0x{token}>"
            )
            .Index;
}
