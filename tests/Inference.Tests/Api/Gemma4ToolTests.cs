using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Inference.Tests.Engine;

namespace Inference.Tests.Api;

/// <summary>Functions and thoughts of Gemma 4 behind the API, whatever a model of random weights draws.</summary>
[TestFixture]
internal sealed class Gemma4ToolTests
{
    public const string Template =
        "<|turn>…<turn|> <|channel>thought\\n<channel|> <|think|>\\n declaration: <|tool_call>call:";

    private const string Tools = """
        [{"type":"function","function":{"name":"get_weather","strict":true,"parameters":{"type":"object",
            "required":["city","unit","days"],"properties":{"city":{"type":"string","maxLength":8},
            "unit":{"enum":["C","F"]},"days":{"type":"array","maxItems":3,"items":{"type":"integer","minimum":0,"maximum":9}}}}}},
         {"type":"function","function":{"name":"get_time","parameters":{"type":"object","properties":{"a b":{"type":"boolean"}},"required":["a b"]}}}]
        """;

    private TinyServer _server = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _server = await TinyServer.StartAsync(spoil: directory => TinyGemma4.Write(directory, Template), context: 2048);
        await _server.Engine.Loaded;
    }

    [OneTimeTearDown]
    public async Task StopAsync() => await _server.DisposeAsync();

    [Test]
    public async Task A_required_call_has_arguments_that_fit_the_schema([Range(1, 6)] int seed)
    {
        var choice = await ChoiceAsync(Body(seed, "required"));
        Assert.That((string?)choice["finish_reason"], Is.EqualTo("tool_calls"), choice.ToJsonString());
        Assert.That(choice["message"]!["content"], Is.Null);
        var calls = choice["message"]!["tool_calls"]!.AsArray();
        Assert.That(calls, Is.Not.Empty);
        foreach (var call in calls)
        {
            Check((string)call!["function"]!["name"]!, (string)call["function"]!["arguments"]!);
        }
    }

    [Test]
    public async Task A_named_function_is_the_one_that_is_called_once()
    {
        var body = Body(3, "auto");
        body["tool_choice"] = JsonNode.Parse("""{"type":"function","function":{"name":"get_time"}}""");
        var calls = (await ChoiceAsync(body))["message"]!["tool_calls"]!.AsArray();
        Assert.That((string?)calls.Single()!["function"]!["name"], Is.EqualTo("get_time"));
    }

    [Test]
    public async Task Streamed_arguments_add_up_to_the_whole_ones([Range(1, 3)] int seed)
    {
        var body = Body(seed, "required");
        var whole = (await ChoiceAsync(body))["message"]!["tool_calls"]!.AsArray();
        body["stream"] = true;
        using var answer = await _server.PostAsync("/v1/chat/completions", body.ToJsonString());
        var arguments = new SortedDictionary<int, string>();
        foreach (var line in (await answer.Content.ReadAsStringAsync()).Split('\n'))
        {
            if (!line.StartsWith("data: {", StringComparison.Ordinal))
            {
                continue;
            }

            foreach (var call in JsonNode.Parse(line[6..])!["choices"]![0]!["delta"]!["tool_calls"]?.AsArray() ?? [])
            {
                var index = (int)call!["index"]!;
                arguments[index] = arguments.GetValueOrDefault(index) + (string?)call["function"]!["arguments"];
            }
        }

        Assert.That(arguments.Values, Is.EqualTo(whole.Select(call => (string)call!["function"]!["arguments"]!)));
    }

    [Test]
    public async Task What_is_asked_for_by_chance_is_text_or_a_whole_call([Range(1, 4)] int seed)
    {
        var choice = await ChoiceAsync(Body(seed, "auto"));
        foreach (var call in choice["message"]!["tool_calls"]?.AsArray() ?? [])
        {
            Check((string)call!["function"]!["name"]!, (string)call["function"]!["arguments"]!);
        }
    }

    [Test]
    public async Task An_answer_that_is_json_may_come_after_a_thought([Range(1, 2)] int seed)
    {
        var body = Body(seed, "none");
        body["reasoning_effort"] = "high";
        body["logit_bias"] = new JsonObject
        {
            [$"{await TokenAsync("<|channel>")}"] = 50,
            [$"{await TokenAsync("<channel|>")}"] = 4,
        };
        body["response_format"] = JsonNode.Parse(
            """{"type":"json_schema","json_schema":{"name":"x","schema":{"type":"array","items":{"enum":[1,2]},"maxItems":4}}}"""
        );
        body["max_tokens"] = 300;
        var choice = await ChoiceAsync(body);
        if ((string?)choice["finish_reason"] == "stop")
        {
            Assert.That(JsonNode.Parse((string)choice["message"]!["content"]!), Is.InstanceOf<JsonArray>());
        }

        Assert.That(choice["message"]!["reasoning_content"], Is.Not.Null, choice.ToJsonString());
        Assert.That(
            (string?)choice["message"]!["reasoning"],
            Is.EqualTo((string?)choice["message"]!["reasoning_content"])
        );
    }

    [TestCase(""" "reasoning_effort":"none" """, false)]
    [TestCase(""" "reasoning_effort":"low" """, true)]
    [TestCase(""" "reasoning_effort":"low","chat_template_kwargs":{"enable_thinking":false} """, false)]
    [TestCase(""" "chat_template_kwargs":{"enable_thinking":true} """, true)]
    [TestCase(""" "user":"x" """, false)]
    public async Task Efforts_are_the_templates_switch(string fields, bool thinks)
    {
        var prompt = await PromptAsync($$"""{"messages":[{"role":"user","content":"x"}],{{fields}}}""");
        Assert.That(prompt.Contains("<|think|>", StringComparison.Ordinal), Is.EqualTo(thinks));
        Assert.That(prompt.EndsWith("<channel|>", StringComparison.Ordinal), Is.EqualTo(!thinks));
    }

    [Test]
    public async Task Responses_have_thoughts_and_calls_as_items_of_their_own()
    {
        var tools = new JsonArray([
            .. JsonNode
                .Parse(Tools)!
                .AsArray()
                .Select(tool =>
                {
                    var function = tool!["function"]!.DeepClone().AsObject();
                    function["type"] = "function";
                    return (JsonNode)function;
                }),
        ]);
        using var answer = await _server.PostAsync(
            "/v1/responses",
            new JsonObject
            {
                ["model"] = "tiny",
                ["input"] = "x",
                ["tools"] = tools,
                ["tool_choice"] = "required",
                ["parallel_tool_calls"] = false,
                ["reasoning"] = new JsonObject { ["effort"] = "high" },
                ["logit_bias"] = new JsonObject
                {
                    [$"{await TokenAsync("<|channel>")}"] = 50,
                    [$"{await TokenAsync("<channel|>")}"] = 4,
                },
                ["temperature"] = 1,
                ["seed"] = 1,
                ["max_output_tokens"] = 400,
            }.ToJsonString()
        );
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), body.ToJsonString());
        Assert.That(
            body["output"]!.AsArray().Select(item => (string?)item!["type"]),
            Is.EqualTo(["reasoning", "function_call"]),
            body.ToJsonString()
        );
    }

    [Test]
    public async Task A_result_that_follows_no_call_is_refused()
    {
        using var answer = await _server.PostAsync(
            "/v1/chat/completions",
            """
            {"model":"tiny","messages":[{"role":"user","content":"a"},
              {"role":"assistant","tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{}"}}]},
              {"role":"user","content":"b"},{"role":"tool","tool_call_id":"1","content":"c"}]}
            """
        );
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("right after the message that called it"));
    }

    private static JsonObject Body(int seed, string choice) =>
        new()
        {
            ["model"] = "tiny",
            ["messages"] = JsonNode.Parse("""[{"role":"user","content":"weather?"}]"""),
            ["tools"] = JsonNode.Parse(Tools),
            ["tool_choice"] = choice,
            ["temperature"] = 1,
            ["seed"] = seed,
            ["max_tokens"] = 1200,
        };

    private static void Check(string name, string arguments)
    {
        using var parsed = JsonDocument.Parse(arguments);
        var root = parsed.RootElement;
        if (name == "get_time")
        {
            Assert.That(
                root.GetProperty("a b").ValueKind,
                Is.EqualTo(JsonValueKind.True).Or.EqualTo(JsonValueKind.False)
            );
            return;
        }

        Assert.That(name, Is.EqualTo("get_weather"));
        Assert.That(root.GetProperty("city").GetString()!.EnumerateRunes().Count(), Is.AtMost(8));
        Assert.That(root.GetProperty("unit").GetString(), Is.EqualTo("C").Or.EqualTo("F"));
        Assert.That(root.GetProperty("days").EnumerateArray().Select(day => day.GetInt32()), Is.All.InRange(0, 9));
    }

    private async Task<int> TokenAsync(string name)
    {
        using var answer = await _server.PostAsync(
            "/tokenize",
            """{"messages":[{"role":"user","content":""}],"return_token_strs":true,"add_generation_prompt":true}"""
        );
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        var index = body["token_strs"]!.AsArray().Select(text => (string)text!).ToList().IndexOf(name);
        return (int)body["tokens"]![index]!;
    }

    private async Task<JsonNode> ChoiceAsync(JsonObject body)
    {
        using var answer = await _server.PostAsync("/v1/chat/completions", body.ToJsonString());
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), text);
        return JsonNode.Parse(text)!["choices"]![0]!;
    }

    private async Task<string> PromptAsync(string body)
    {
        using var read = await _server.PostAsync("/tokenize", body);
        var ids = JsonNode.Parse(await read.Content.ReadAsStringAsync())!["tokens"]!;
        using var written = await _server.PostAsync("/detokenize", $$"""{"tokens":{{ids.ToJsonString()}}}""");
        return (string)JsonNode.Parse(await written.Content.ReadAsStringAsync())!["prompt"]!;
    }
}
