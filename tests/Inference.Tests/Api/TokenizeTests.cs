using System.Net;
using System.Text.Json;

namespace Inference.Tests.Api;

/// <summary>What a prompt is to the model, in vLLM's shapes.</summary>
[TestFixture]
internal sealed class TokenizeTests : ServedTests
{
    [Test]
    public async Task A_prompt_is_counted_and_comes_back()
    {
        using var read = await AnswerAsync(
            "/tokenize",
            """{"model":"tiny","prompt":"stone 漢","return_token_strs":true}"""
        );
        var (root, ids) = (read.RootElement, Ids(read));
        Assert.That(root.GetProperty("count").GetInt32(), Is.EqualTo(ids.Length));
        Assert.That(root.GetProperty("max_model_len").GetInt32(), Is.EqualTo(512));
        Assert.That(root.GetProperty("token_strs").EnumerateArray().First().GetString(), Is.EqualTo("<bos>"));
        Assert.That(root.GetProperty("token_strs").GetArrayLength(), Is.EqualTo(ids.Length));
        Assert.That(await TextAsync(ids), Is.EqualTo("<bos>stone 漢"));
        using var bare = await AnswerAsync("/tokenize", """{"prompt":"stone 漢","add_special_tokens":false}""");
        Assert.That(Ids(bare), Is.EqualTo(ids[1..]));
        Assert.That(bare.RootElement.TryGetProperty("token_strs", out _), Is.False);
    }

    [TestCase("", "<start_of_turn>user\nstone<end_of_turn>\n<start_of_turn>model\n")]
    [TestCase(",\"add_generation_prompt\":false", "<start_of_turn>user\nstone<end_of_turn>\n")]
    [TestCase(
        ",\"add_special_tokens\":true",
        "<start_of_turn>user\nstone<end_of_turn>\n<start_of_turn>model\n",
        "<bos>"
    )]
    public async Task A_conversation_is_what_the_template_makes_of_it(
        string fields,
        string expected,
        string before = ""
    )
    {
        using var read = await AnswerAsync(
            "/tokenize",
            $$"""{"messages":[{"role":"user","content":[{"type":"text","text":" stone "}]}]{{fields}}}"""
        );
        Assert.That(await TextAsync(Ids(read)), Is.EqualTo($"{before}<bos>{expected}"));
    }

    [Test]
    public async Task It_says_of_a_chat_what_the_chat_says_of_itself()
    {
        const string Messages =
            "\"messages\":[{\"role\":\"user\",\"content\":\"stone\"},{\"role\":\"assistant\",\"content\":\"wa\"}]";
        using var read = await AnswerAsync("/tokenize", $"{{{Messages}}}");
        using var chat = await AnswerAsync(
            "/v1/chat/completions",
            $"{{\"model\":\"tiny\",\"max_tokens\":1,{Messages}}}"
        );
        Assert.That(
            read.RootElement.GetProperty("count").GetInt32(),
            Is.EqualTo(chat.RootElement.GetProperty("usage").GetProperty("prompt_tokens").GetInt32())
        );
        Assert.That(await TextAsync(Ids(read)), Does.EndWith("<start_of_turn>model\nwa"), "it is continued");
    }

    [Test]
    public async Task A_prompt_that_the_context_does_not_hold_is_counted_all_the_same()
    {
        using var read = await AnswerAsync("/tokenize", $$"""{"prompt":"{{new string('7', 5000)}}"}""");
        Assert.That(read.RootElement.GetProperty("count").GetInt32(), Is.GreaterThan(512));
    }

    [TestCase("/tokenize", "{}", "prompt")]
    [TestCase("/tokenize", """{"prompt":["a"]}""", "prompt")]
    [TestCase("/tokenize", """{"prompt":"a","messages":[]}""", "messages")]
    [TestCase("/tokenize", """{"messages":[]}""", "messages")]
    [TestCase("/tokenize", """{"messages":[{"role":"assistant","content":"a"}]}""", "messages")]
    [TestCase("/tokenize", """{"prompt":"a","chat_template":"{{x}}"}""", "chat_template")]
    [TestCase("/tokenize", """{"prompt":"a","add_special_tokens":"no"}""", "add_special_tokens")]
    [TestCase("/detokenize", "{}", "tokens")]
    [TestCase("/detokenize", """{"tokens":"a"}""", "tokens")]
    [TestCase("/detokenize", """{"tokens":[1,-1]}""", "tokens[1]")]
    [TestCase("/detokenize", """{"tokens":[1000000]}""", "tokens")]
    public async Task What_cannot_be_used_is_named(string path, string json, string param)
    {
        using var answer = await Server.PostAsync(path, json);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest), text);
        using var document = JsonDocument.Parse(text);
        Assert.That(
            document.RootElement.GetProperty("error").GetProperty("param").GetString(),
            Is.EqualTo(param),
            text
        );
    }

    [Test]
    public async Task A_prompt_of_millions_of_tokens_is_refused()
    {
        using var answer = await Server.PostAsync("/tokenize", $$"""{"prompt":"{{new string('\u5b57', 900_000)}}"}""");
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("context_length_exceeded"));
    }

    [TestCase("/tokenize", """{"model":"gpt","prompt":"a"}""")]
    [TestCase("/detokenize", """{"model":"gpt","tokens":[1]}""")]
    public async Task Another_model_is_not_found(string path, string json)
    {
        using var answer = await Server.PostAsync(path, json);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    private static int[] Ids(JsonDocument document) =>
        [.. document.RootElement.GetProperty("tokens").EnumerateArray().Select(id => id.GetInt32())];

    private async Task<string> TextAsync(int[] tokens)
    {
        using var document = await AnswerAsync("/detokenize", JsonSerializer.Serialize(new { model = "tiny", tokens }));
        return document.RootElement.GetProperty("prompt").GetString()!;
    }

    private async Task<JsonDocument> AnswerAsync(string path, string json)
    {
        using var answer = await Server.PostAsync(path, json);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), text);
        return JsonDocument.Parse(text);
    }
}
