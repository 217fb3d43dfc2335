using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Inference.Tests.Api;

/// <summary>Whatever is sent, the answer is a named error and the server goes on serving others.</summary>
[TestFixture]
internal sealed class BadInputTests : ServedTests
{
    [TestCase("""{"temperature":-0.5""", "temperature")]
    [TestCase("{\"temperature\":\"hot\"", "temperature")]
    [TestCase("""{"top_p":0""", "top_p")]
    [TestCase("""{"top_k":-3""", "top_k")]
    [TestCase("""{"stream_options":{"include_obfuscation":true},"stream":true""", "stream_options.include_obfuscation")]
    [TestCase("""{"n":0""", "n")]
    [TestCase("""{"n":1000""", "n")]
    [TestCase("""{"max_tokens":0""", "max_tokens")]
    [TestCase("""{"max_tokens":100000""", "messages")]
    [TestCase("""{"presence_penalty":9""", "presence_penalty")]
    [TestCase("""{"seed":1.5""", "seed")]
    [TestCase("""{"stop":[""]""", "stop")]
    [TestCase("""{"stop":7""", "stop")]
    [TestCase("""{"temperature":0,"temperature":1""", "temperature")]
    [TestCase("""{"seed":5,"seed":null""", "seed")]
    [TestCase("""{"temperature":1e999""", "temperature")]
    [TestCase("""{"max_tokens":99999999999999999999""", "max_tokens")]
    [TestCase("""{"top_logprobs":3""", "top_logprobs")]
    [TestCase("""{"stream_options":{"include_usage":true}""", "stream_options")]
    [TestCase("""{"tools":[{"type":"web_search"}]""", "tools[0].type")]
    [TestCase("""{"tool_choice":"required","n":1""", "tools")]
    [TestCase("""{"reasoning_effort":3,"n":1""", "reasoning_effort")]
    [TestCase("""{"guided_json":{"type":"x"}""", "guided_json.type")]
    [TestCase("""{"max_tokens":256.5""", "max_tokens")]
    [TestCase("""{"max_tokens":1e30""", "max_tokens")]
    [TestCase("""{"metadata":"x","n":1""", "metadata")]
    [TestCase("""{"repetition_penalty":0""", "repetition_penalty")]
    [TestCase("""{"repetition_penalty":-1""", "repetition_penalty")]
    [TestCase("""{"min_p":1.1""", "min_p")]
    [TestCase("""{"min_tokens":-1""", "min_tokens")]
    [TestCase("""{"min_tokens":5,"max_tokens":4""", "min_tokens")]
    [TestCase("""{"min_tokens":1000""", "min_tokens")]
    [TestCase("""{"ignore_eos":1""", "ignore_eos")]
    [TestCase("""{"stop_token_ids":7""", "stop_token_ids")]
    [TestCase("""{"stop_token_ids":[1000000]""", "stop_token_ids")]
    [TestCase("""{"stop_token_ids":[1,"2"]""", "stop_token_ids[1]")]
    [TestCase("""{"temperature":1001""", "temperature")]
    [TestCase("""{"continue_final_message":true""", "continue_final_message")]
    [TestCase("""{"echo":true""", "echo")]
    [TestCase("""{"max_tokens":3,"max_completion_tokens":4""", "max_tokens")]
    [TestCase("""{"audio":{}""", "audio")]
    [TestCase("""{"response_format":{"type":"x"}""", "response_format.type")]
    [TestCase("""{"logit_bias":[1]""", "logit_bias")]
    [TestCase("""{"logit_bias":{"x":1}""", "logit_bias.x")]
    [TestCase("""{"logit_bias":{"-5":1}""", "logit_bias.-5")]
    [TestCase("""{"logit_bias":{"5":101}""", "logit_bias.5")]
    [TestCase("""{"logit_bias":{"5":1e999}""", "logit_bias.5")]
    [TestCase("""{"logit_bias":{"5":1,"05":1}""", "logit_bias")]
    [TestCase("""{"logit_bias":{"2000000000":1}""", "logit_bias")]
    public async Task A_field_that_cannot_be_used_is_named(string start, string param)
    {
        var error = await RefusedAsync(start + ""","model":"tiny","messages":[{"role":"user","content":"x"}]}""", 400);
        Assert.That(error.GetProperty("param").GetString(), Is.EqualTo(param));
        Assert.That(error.GetProperty("message").GetString(), Does.Contain(param.Split('.')[^1]).Or.Contain("context"));
    }

    [TestCase(
        """{"response_format":{"type":"text"},"tools":[],"tool_choice":"auto","parallel_tool_calls":true,"logit_bias":{},"modalities":["text"]"""
    )]
    [TestCase(
        """{"store":false,"metadata":{"a":"b"},"service_tier":"auto","user":"u","safety_identifier":"u","prompt_cache_key":"k","reasoning_effort":"none","verbosity":"medium","n":1"""
    )]
    [TestCase(
        """{"temperature":null,"stop":null,"seed":null,"tools":null,"stream_options":null,"top_logprobs":0,"logprobs":false,"n":1,"best_of":1"""
    )]
    [TestCase(
        """{"top_k":-1,"min_p":0.0,"repetition_penalty":1.0,"min_tokens":0,"ignore_eos":false,"skip_special_tokens":true,"stop_token_ids":[]"""
    )]
    [TestCase(
        """{"store":true,"service_tier":"flex","reasoning_effort":"high","verbosity":"low","max_tokens":4.0,"seed":1e1"""
    )]
    [TestCase(
        """{"max_tokens":4,"max_completion_tokens":4,"stop":[],"stream":false,"stream_options":{"include_usage":false,"include_obfuscation":false}"""
    )]
    public async Task Values_that_ask_for_nothing_are_taken(string start)
    {
        using var answer = await Server.PostAsync(
            "/v1/chat/completions",
            start
                + (start.Contains("max_tokens") ? "" : ",\"max_tokens\":2")
                + ""","model":"tiny","messages":[{"role":"user","content":[{"type":"text","text":"x"}]},"""
                + """{"role":"assistant","content":"y","refusal":null,"tool_calls":[],"annotations":[],"reasoning_content":"r"},"""
                + """{"role":"user","content":"z","name":"n"}]}"""
        );
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), await answer.Content.ReadAsStringAsync());
        Assert.That(answer.Headers.Warning, Is.Empty);
    }

    [Test]
    public async Task Fields_that_nobody_knows_are_ignored_and_named()
    {
        using var answer = await Server.PostAsync(
            "/v1/chat/completions",
            $$"""
            {"model":"tiny","max_tokens":2,"chat_template_kwargs":{},"priority":1,"a\r\nb\u001b[1m":2,
            "stream_options":{"other":1},"{{new string('k', 100_000)}}":1,"z":1,
            "messages":[{"role":"user","weight":1,"content":[{"type":"text","text":"x","cache_control":{} }]}]}
            """
        );
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), await answer.Content.ReadAsStringAsync());
        var warning = answer.Headers.GetValues("Warning").Single();
        Assert.That(
            warning,
            Does.StartWith("299 gemma-inference \"ignored: ")
                .And.Contain("messages[0].content[0].cache_control")
                .And.Contain("messages[0].weight")
                .And.Contain("more")
        );
        Assert.That(warning, Has.Length.LessThan(400).And.Not.Contain("\u001b"));
    }

    [TestCase("[]")]
    [TestCase("{\"model\":")]
    [TestCase("")]
    [TestCase("""{"model":"tiny"}""")]
    [TestCase("""{"model":"tiny","messages":[]}""")]
    [TestCase("""{"model":"tiny","messages":[{"role":"robot","content":"x"}]}""")]
    [TestCase("""{"model":"tiny","messages":[{"role":"user","content":[{"type":"image_url","image_url":{}}]}]}""")]
    [TestCase("""{"model":"tiny","messages":[{"role":"user","content":"x","name":1}]}""")]
    [TestCase("""{"model":"tiny","messages":[{"role":"tool","content":"x"}]}""")]
    [TestCase("""{"model":"tiny","messages":[{"role":"assistant","content":"x"}]}""")]
    [TestCase("""{"model":"tiny","messages":[{"role":"user","content":"x","tool_calls":[{"id":"1"}]}]}""")]
    [TestCase("""{"messages":[{"role":"user","content":"x"}]}""")]
    public Task A_body_of_another_shape_is_refused(string json) => RefusedAsync(json, 400);

    [TestCase("""null""", "messages[0]")]
    [TestCase("""{"role":"user","content":"a","content":"b"}""", "messages[0].content")]
    [TestCase("""{"role":"user","content":["a"]}""", "messages[0].content[0]")]
    [TestCase(
        """{"role":"user","content":[{"type":"text","text":"a"},{"type":"text"}]}""",
        "messages[0].content[1].text"
    )]
    public async Task A_field_inside_a_message_is_named_by_its_path(string message, string param) =>
        Assert.That(
            (await RefusedAsync($$"""{"model":"tiny","messages":[{{message}}]}""", 400))
                .GetProperty("param")
                .GetString(),
            Is.EqualTo(param)
        );

    [Test]
    public async Task Half_a_character_is_refused() =>
        Assert.That(
            (await RefusedAsync("""{"model":"tiny","messages":[{"role":"user","content":"\ud800"}]}""", 400))
                .GetProperty("code")
                .GetString(),
            Is.EqualTo("invalid_utf8")
        );

    [Test]
    public async Task Depth_is_bounded() => await RefusedAsync(new string('[', 100_000), 400);

    [Test]
    public async Task A_name_that_the_client_made_up_comes_back_short()
    {
        var error = await RefusedAsync(
            $$"""{"{{new string('k', 100_000)}}":1,"{{new string('k', 100_000)}}":1,"model":"tiny"}""",
            400
        );
        Assert.That(error.GetRawText(), Has.Length.LessThan(1000));
        error = await RefusedAsync(
            $$"""{"model":"{{new string('m', 100_000)}}","messages":[{"role":"user","content":"x"}]}""",
            404
        );
        Assert.That(error.GetRawText(), Has.Length.LessThan(1000));
    }

    [Test]
    public async Task Another_model_is_not_found()
    {
        var error = await RefusedAsync("""{"model":"gpt","messages":[{"role":"user","content":"x"}]}""", 404);
        Assert.That(error.GetProperty("code").GetString(), Is.EqualTo("model_not_found"));
    }

    [Test]
    public async Task A_prompt_over_the_context_is_refused_with_both_numbers()
    {
        var error = await RefusedAsync(
            $$"""{"model":"tiny","messages":[{"role":"user","content":"{{new string('7', 600)}}"}]}""",
            400
        );
        Assert.That(error.GetProperty("code").GetString(), Is.EqualTo("context_length_exceeded"));
        Assert.That(error.GetProperty("message").GetString(), Does.Contain("512"));
    }

    [Test]
    public async Task Megabytes_that_cannot_fit_are_refused_before_they_are_tokenised()
    {
        var error = await RefusedAsync(
            $$"""{"model":"tiny","messages":[{"role":"user","content":"{{new string('x', 8_000_000)}}"}]}""",
            400
        );
        Assert.That(error.GetProperty("message").GetString(), Does.Contain("holds 512 tokens; the prompt has more"));
    }

    [Test]
    public async Task A_thousand_stop_strings_are_refused()
    {
        var stops = string.Join(',', Enumerable.Range(0, 1000).Select(index => $"\"s{index}\""));
        Assert.That(
            (
                await RefusedAsync(
                    $$"""{"model":"tiny","stop":[{{stops}}],"messages":[{"role":"user","content":"x"}]}""",
                    400
                )
            )
                .GetProperty("param")
                .GetString(),
            Is.EqualTo("stop")
        );
    }

    [Test]
    public async Task Invalid_UTF_8_is_refused()
    {
        byte[] body = [.. """{"model":"tiny","messages":[{"role":"user","content":"x"""u8, 0xC3, 0x28, .. "\"}]}"u8];
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var answer = await Server.Client.PostAsync("/v1/chat/completions", content);
        Assert.That((int)answer.StatusCode, Is.EqualTo(400), await answer.Content.ReadAsStringAsync());
    }

    [Test]
    public async Task A_body_of_ten_megabytes_is_too_large()
    {
        var error = await RefusedAsync(
            $$"""{"model":"tiny","messages":[{"role":"user","content":"{{new string('x', 10_000_000)}}"}]}""",
            413
        );
        Assert.That(error.GetProperty("code").GetString(), Is.EqualTo("body_too_large"));
    }

    private async Task<JsonElement> RefusedAsync(string json, int status)
    {
        using var answer = await Server.PostAsync("/v1/chat/completions", json);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That((int)answer.StatusCode, Is.EqualTo(status), text);
        var error = JsonDocument.Parse(text).RootElement.GetProperty("error");
        Assert.That(error.GetProperty("message").GetString(), Is.Not.Empty);
        Assert.That(error.GetProperty("type").GetString(), Is.EqualTo("invalid_request_error"));
        return error;
    }
}
