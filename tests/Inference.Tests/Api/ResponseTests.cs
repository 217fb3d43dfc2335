using System.Net;
using System.Text.Json.Nodes;

namespace Inference.Tests.Api;

/// <summary><c>/v1/responses</c>, as the newer clients of OpenAI ask.</summary>
[TestFixture]
internal sealed class ResponseTests : ServedTests
{
    private const string Tool = """
        "tools":[{"type":"function","name":"f","strict":true,"parameters":{"type":"object","required":["a"],
            "properties":{"a":{"type":"integer","minimum":1,"maximum":99}},"additionalProperties":false}}]
        """;

    private protected override int Context => 2048;

    [Test]
    public async Task A_text_is_answered_as_the_chat_would()
    {
        var answer = await AskAsync("""{"model":"tiny","input":"water","max_output_tokens":8,"temperature":0}""");
        Assert.That((string?)answer["object"], Is.EqualTo("response"));
        Assert.That((string?)answer["status"], Is.EqualTo("incomplete"));
        Assert.That((string?)answer["incomplete_details"]!["reason"], Is.EqualTo("max_output_tokens"));
        Assert.That((int)answer["usage"]!["output_tokens"]!, Is.EqualTo(8));
        using var chat = await Server.PostAsync(
            "/v1/chat/completions",
            """{"model":"tiny","messages":[{"role":"user","content":"water"}],"max_tokens":8,"temperature":0}"""
        );
        var content = JsonNode.Parse(await chat.Content.ReadAsStringAsync())!["choices"]![0]!["message"]!["content"];
        Assert.That(Text(answer), Is.EqualTo((string?)content));
    }

    [Test]
    public async Task Instructions_and_items_are_one_conversation()
    {
        const string Sampled = "\"max_output_tokens\":6,\"temperature\":0";
        var answer = await AskAsync(
            $$"""
            {"model":"tiny","instructions":"Be kind.","input":[{"role":"user","content":[{"type":"input_text","text":"a"}]},
              {"type":"message","id":"m","status":"completed","role":"assistant","content":[{"type":"output_text","text":"b","annotations":[]}]},
              {"role":"user","content":"c"}],{{Sampled}}}
            """
        );
        using var chat = await Server.PostAsync(
            "/v1/chat/completions",
            """
            {"model":"tiny","messages":[{"role":"system","content":"Be kind."},{"role":"user","content":"a"},
              {"role":"assistant","content":"b"},{"role":"user","content":"c"}],"max_tokens":6,"temperature":0}
            """
        );
        var content = JsonNode.Parse(await chat.Content.ReadAsStringAsync())!["choices"]![0]!["message"]!["content"];
        Assert.That(Text(answer), Is.EqualTo((string?)content));
    }

    [Test]
    public async Task A_format_is_kept_to()
    {
        var answer = await AskAsync(
            """
            {"model":"tiny","input":"x","max_output_tokens":60,
             "text":{"format":{"type":"json_schema","name":"s","strict":true,"schema":{"enum":["yes","no"]}}}}
            """
        );
        Assert.That((string?)answer["status"], Is.EqualTo("completed"));
        Assert.That(Text(answer), Is.EqualTo("\"yes\"").Or.EqualTo("\"no\""));
    }

    [Test]
    public async Task Calls_and_their_outputs_go_to_and_fro()
    {
        var answer = await AskAsync(
            $$"""{"model":"tiny","input":"x","max_output_tokens":200,"tool_choice":{"type":"function","name":"f"},{{Tool}}}"""
        );
        var call = answer["output"]!.AsArray().Single()!;
        Assert.That((string?)call["type"], Is.EqualTo("function_call"));
        Assert.That((int)JsonNode.Parse((string)call["arguments"]!)!["a"]!, Is.InRange(1, 99));
        var next = await AskAsync(
            $$"""
            {"model":"tiny","input":[{"role":"user","content":"x"},{{call.ToJsonString()}},
              {"type":"function_call_output","call_id":{{call["call_id"]!.ToJsonString()}},"output":"7"}],
             "max_output_tokens":5,{{Tool}}}
            """
        );
        Assert.That((string?)next["output"]![0]!["type"], Is.EqualTo("message"));
    }

    [TestCase("\"tool_choice\":\"required\",")]
    [TestCase("\"tool_choice\":\"none\",")]
    public async Task Events_tell_all_that_the_response_has_in_order(string choice)
    {
        using var answer = await Server.PostAsync(
            "/v1/responses",
            $$"""{"model":"tiny","input":"x","stream":true,"seed":1,"temperature":1,"max_output_tokens":150,{{choice}}{{Tool}}}"""
        );
        var lines = (await answer.Content.ReadAsStringAsync()).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        var events = lines
            .Select(line => JsonNode.Parse(line[(line.IndexOf("data: ", StringComparison.Ordinal) + 6)..])!)
            .ToList();
        Assert.That(
            lines.Select(line => line.Split('\n')[0]),
            Is.EqualTo(events.Select(next => $"event: {(string?)next["type"]}"))
        );
        Assert.That(
            events.Select(next => (int)next["sequence_number"]!),
            Is.EqualTo(Enumerable.Range(0, events.Count))
        );
        var done = events[^1]["response"]!;
        Assert.That((string?)events[0]["type"], Is.EqualTo("response.created"));
        Assert.That(events[^1]["type"]!.ToString(), Is.EqualTo($"response.{(string?)done["status"]}"));
        foreach (var (index, item) in done["output"]!.AsArray().Index())
        {
            var own = events.Where(next => (int?)next["output_index"] == index).ToList();
            var pieces = string.Concat(
                own.Where(next => ((string)next["type"]!).EndsWith(".delta", StringComparison.Ordinal))
                    .Select(next => (string?)next["delta"])
            );
            Assert.That(pieces, Is.EqualTo((string?)(item!["arguments"] ?? item["content"]![0]!["text"])));
            Assert.That(own[^1]["item"]!.ToJsonString(), Is.EqualTo(item.ToJsonString()));
        }
    }

    [TestCase("\"previous_response_id\":\"resp_1\"", "previous_response_id")]
    [TestCase("\"background\":true", "background")]
    [TestCase("\"max_output_tokens\":100000", "input")]
    [TestCase("\"conversation\":\"c\"", "conversation")]
    [TestCase("\"truncation\":\"auto\"", "truncation")]
    [TestCase("\"tools\":[{\"type\":\"file_search\"}]", "tools[0].type")]
    [TestCase("\"text\":{\"format\":{\"type\":\"json_schema\",\"schema\":{\"not\":{}}}}", "text.format.schema.not")]
    public async Task What_it_cannot_do_is_refused_by_name(string field, string param)
    {
        using var answer = await Server.PostAsync("/v1/responses", $$"""{"model":"tiny","input":"x",{{field}}}""");
        var body = await answer.Content.ReadAsStringAsync();
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest), body);
        Assert.That((string?)JsonNode.Parse(body)!["error"]!["param"], Is.EqualTo(param));
    }

    [Test]
    public async Task A_conversation_that_cannot_be_laid_out_is_told_by_its_own_field()
    {
        using var answer = await Server.PostAsync(
            "/v1/responses",
            """{"model":"tiny","input":[{"role":"user","content":"a"},{"role":"user","content":"b"}]}"""
        );
        var error = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["error"]!;
        Assert.That((answer.StatusCode, (string?)error["param"]), Is.EqualTo((HttpStatusCode.BadRequest, "input")));
    }

    private static string Text(JsonNode answer) => (string)answer["output"]![0]!["content"]![0]!["text"]!;

    private async Task<JsonNode> AskAsync(string body)
    {
        using var answer = await Server.PostAsync("/v1/responses", body);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), text);
        return JsonNode.Parse(text)!;
    }
}
