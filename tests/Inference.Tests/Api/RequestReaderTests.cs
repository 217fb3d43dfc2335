using System.Text;
using GemmaInference.Api;
using GemmaInference.Api.Requests;
using GemmaInference.Text;

namespace Inference.Tests.Api;

/// <summary>What a request means, without a server.</summary>
[TestFixture]
internal sealed class RequestReaderTests
{
    [TestCase("user", "ab")]
    [TestCase("system", "a  b ")]
    public void Parts_of_a_turn_are_trimmed_as_the_models_own_template_does(string role, string joined)
    {
        var read = Chat(
            $$"""{"role":"{{role}}","content":[{"type":"text","text":"a "},{"type":"text","text":" b "}]}""",
            ""
        );
        Assert.That(read.Messages!.Single().Content, Is.EqualTo(joined));
    }

    [TestCase("", null, null, null)]
    [TestCase(",\"temperature\":0,\"top_p\":0.5,\"top_k\":3", 0, 0.5, 3)]
    [TestCase(",\"top_k\":-1", null, null, 0)]
    public void What_is_left_out_is_the_models_to_say(string fields, double? temperature, double? topP, int? topK)
    {
        var read = Chat("""{"role":"user","content":"x"}""", fields);
        Assert.That(
            (read.Sampling.Temperature, read.Sampling.TopP, read.Sampling.TopK),
            Is.EqualTo((temperature, topP, topK))
        );
    }

    [TestCase("256.0", 256)]
    [TestCase("1e1", 10)]
    public void A_whole_number_may_be_written_as_any(string written, int meant) =>
        Assert.That(
            Chat("""{"role":"user","content":"x"}""", $",\"max_tokens\":{written}").MaxTokens,
            Is.EqualTo(meant)
        );

    [TestCase("user", "", ChatEnd.NewTurn)]
    [TestCase("user", ",\"add_generation_prompt\":false", ChatEnd.ClosedMessage)]
    [TestCase("assistant", "", ChatEnd.OpenMessage)]
    [TestCase("assistant", ",\"continue_final_message\":true,\"add_generation_prompt\":false", ChatEnd.OpenMessage)]
    [TestCase("assistant", ",\"add_generation_prompt\":true", ChatEnd.NewTurn)]
    [TestCase("assistant", ",\"continue_final_message\":false", ChatEnd.NewTurn)]
    [TestCase("assistant", ",\"add_generation_prompt\":false", ChatEnd.ClosedMessage)]
    public void What_the_model_is_to_do_with_the_last_message_is_said_as_vLLM_has_it(
        string role,
        string fields,
        ChatEnd end
    ) => Assert.That(Chat($$"""{"role":"{{role}}","content":"x"}""", fields).End, Is.EqualTo(end));

    private static CompletionRequest Chat(string message, string fields) =>
        RequestReader.Read(
            Encoding.UTF8.GetBytes($$"""{"model":"m","messages":[{{message}}]{{fields}}}"""),
            chat: true
        );
}
