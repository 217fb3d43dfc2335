using GemmaInference.Api.Calls;
using GemmaInference.Text;
using Inference.Tests.Engine;

namespace Inference.Tests.Api.Calls;

/// <summary>Answers of Gemma 4's, token by token; names of tokens stand for these.</summary>
[TestFixture]
internal sealed class AnswerDividerTests
{
    private readonly ScratchDirectory _scratch = new();
    private Tokenizer _tokenizer = null!;

    [OneTimeSetUp]
    public void Read() => _tokenizer = TinyGemma4.Tokens(_scratch.Path);

    [OneTimeTearDown]
    public void Clear() => _scratch.Dispose();

    [TestCase("hello", "hello", "", "")]
    [TestCase("<|channel>thought\nwhy<channel|>so", "so", "why", "")]
    [TestCase("<|channel>thought\n<channel|>so", "so", "", "")]
    [TestCase("<|channel>thou<channel|>so", "so", "", "")]
    [TestCase("<|channel>other<channel|>so", "so", "other", "")]
    [TestCase("<|channel>thought\nwhy", "", "why", "")]
    [TestCase("<|tool_call>call:f{a:<|\"|>x<|\"|>}<tool_call|>", "", "", "f {\"a\":\"x\"}; whole")]
    [TestCase(
        "so <|tool_call>call:f{}<tool_call|><|tool_call>call:g{b:1}<tool_call|>",
        "so ",
        "",
        "f {}; g {\"b\":1}; whole"
    )]
    [TestCase("<|channel>thought\na<|tool_call>call:f{}<tool_call|>", "", "a", "f {}; whole")]
    [TestCase("<|channel>thought\na<channel|><|tool_call>call:f{a:[1", "", "a", "f {\"a\":[1; ")]
    public void An_answer_is_divided(string answer, string said, string thought, string calls)
    {
        var divider = new AnswerDivider(new AnswerMarks(_tokenizer), hasTools: true);
        var whole = AnswerPiece.Nothing;
        var decoder = new StreamingDecoder(_tokenizer);
        foreach (var token in _tokenizer.EncodeTrusted(answer))
        {
            whole = whole.Plus(divider.IsMark(token) ? divider.Take(token) : divider.Push(decoder.Push(token)));
        }

        Assert.That(whole.Said, Is.EqualTo(said));
        Assert.That(whole.Thought + divider.Finish(), Is.EqualTo(thought));
        var told = whole
            .Calls.GroupBy(call => call.Index)
            .Select(call => $"{call.First().Name} {string.Concat(call.Select(piece => piece.Arguments))}; ");
        Assert.That(string.Concat(told) + (divider.IsWhole ? "whole" : ""), Is.EqualTo(calls));
    }

    [Test]
    public void Without_functions_the_tokens_of_calls_mean_nothing()
    {
        var divider = new AnswerDivider(new AnswerMarks(_tokenizer), hasTools: false);
        Assert.That(divider.IsMark(_tokenizer.Control("<|tool_call>")), Is.False);
        Assert.That(divider.IsMark(_tokenizer.Control("<|channel>")), Is.True);
    }
}
