using System.ClientModel;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using OpenAI;
using OpenAI.Chat;

namespace Inference.Tests.Api;

/// <summary>Functions as OpenAI's own client offers them, and hears of calls.</summary>
[TestFixture]
internal sealed class ToolTests : ServedTests
{
    private const string Weather = """
        {"type":"object","required":["city","unit"],"properties":{
            "city":{"type":"string","maxLength":10},"unit":{"enum":["C","F"]}}}
        """;

    private static readonly ChatTool Tool = ChatTool.CreateFunctionTool(
        "get_weather",
        "Tells the weather.",
        BinaryData.FromString(Weather)
    );

    private static readonly ChatTool Other = ChatTool.CreateFunctionTool("get_time");

    private protected override int Context => 2048;

    [Test]
    public async Task A_required_call_has_arguments_that_fit_the_schema([Values(0, 1, 2)] int seed)
    {
        var answer = (
            await Chat()
                .CompleteChatAsync([new UserChatMessage("x")], Options(ChatToolChoice.CreateRequiredChoice(), seed))
        ).Value;
        Assert.That(answer.FinishReason, Is.EqualTo(ChatFinishReason.ToolCalls));
        Assert.That(answer.ToolCalls, Is.Not.Empty);
        foreach (var call in answer.ToolCalls)
        {
            Check(call.FunctionName, call.FunctionArguments.ToString());
        }
    }

    [Test]
    public async Task A_named_function_is_the_one_that_is_called_once()
    {
        var answer = (
            await Chat()
                .CompleteChatAsync(
                    [new UserChatMessage("x")],
                    Options(ChatToolChoice.CreateFunctionChoice("get_weather"), 4)
                )
        ).Value;
        Assert.That(answer.ToolCalls.Single().FunctionName, Is.EqualTo("get_weather"));
        Check("get_weather", answer.ToolCalls.Single().FunctionArguments.ToString());
    }

    [Test]
    public async Task A_streamed_call_adds_up_to_the_whole_one()
    {
        var options = Options(ChatToolChoice.CreateRequiredChoice(), 1);
        var whole = (await Chat().CompleteChatAsync([new UserChatMessage("x")], options)).Value;
        var calls = new SortedDictionary<int, (string Name, string Arguments)>();
        ChatFinishReason? reason = null;
        await foreach (var update in Chat().CompleteChatStreamingAsync([new UserChatMessage("x")], options))
        {
            Assert.That(update.ContentUpdate.Select(part => part.Text), Has.All.Empty);
            reason = update.FinishReason ?? reason;
            foreach (var piece in update.ToolCallUpdates)
            {
                var (name, arguments) = calls.GetValueOrDefault(piece.Index);
                calls[piece.Index] = (name + piece.FunctionName, arguments + piece.FunctionArgumentsUpdate);
            }
        }

        Assert.That(reason, Is.EqualTo(ChatFinishReason.ToolCalls));
        Assert.That(
            calls.Values.Select(call => (call.Name, call.Arguments)),
            Is.EqualTo(whole.ToolCalls.Select(call => (call.FunctionName, call.FunctionArguments.ToString())))
        );
    }

    [Test]
    public async Task What_a_function_returned_is_taken_with_what_was_called()
    {
        var answer = (
            await Chat()
                .CompleteChatAsync(
                    [
                        new SystemChatMessage("Be kind."),
                        new UserChatMessage("weather?"),
                        new AssistantChatMessage([
                            ChatToolCall.CreateFunctionToolCall(
                                "call_1",
                                "get_weather",
                                BinaryData.FromString("{\"city\":\"Ulm\"}")
                            ),
                        ]),
                        new ToolChatMessage("call_1", "sunny"),
                    ],
                    Options(ChatToolChoice.CreateAutoChoice(), 1)
                )
        ).Value;
        Assert.That(answer.FinishReason, Is.EqualTo(ChatFinishReason.Length).Or.EqualTo(ChatFinishReason.Stop));
        Assert.That(answer.ToolCalls, Is.Empty);
        Assert.That(answer.Content[0].Text, Is.Not.Empty);
    }

    [Test]
    public async Task The_model_is_told_of_functions_and_results()
    {
        var prompt = await PromptAsync(
            """
            {"messages":[{"role":"user","content":"hi"},
                {"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]},
                {"role":"tool","tool_call_id":"c","content":"42"},{"role":"user","content":"so?"}],
             "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}]}
            """
        );
        Assert.That(prompt, Does.Contain("You have access to functions.").And.Contain("\"name\": \"f\""));
        Assert.That(
            prompt,
            Does.Contain("<start_of_turn>model\n{\"name\": \"f\", \"parameters\": {\"a\":1}}<end_of_turn>")
        );
        Assert.That(
            prompt,
            Does.Contain("<start_of_turn>user\n<tool_response>\n42\n</tool_response>\nso?<end_of_turn>")
        );
    }

    [Test]
    public async Task A_call_that_is_cut_short_is_told_and_left_out()
    {
        var options = Options(ChatToolChoice.CreateFunctionChoice("get_weather"), 4);
        options.MaxOutputTokenCount = 12;
        var answer = (await Chat().CompleteChatAsync([new UserChatMessage("x")], options)).Value;
        Assert.That(answer.FinishReason, Is.EqualTo(ChatFinishReason.Length));
        Assert.That(answer.ToolCalls, Is.Empty);
        Assert.That(answer.Content.Select(part => part.Text), Has.All.Empty, "what was to be a call is no text");
    }

    [TestCase("""  "tools":[{"type":"function","function":{"name":"a b"}}] """, "tools[0].function.name")]
    [TestCase("""  "tools":[{"type":"web_search"}] """, "tools[0].type")]
    [TestCase(
        """  "tools":[{"type":"function","function":{"name":"f","strict":true,"parameters":{"type":"object","not":{}}}}] """,
        "tools[0].function.parameters.not"
    )]
    [TestCase(
        """  "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"array"}}}] """,
        "tools[0].function.parameters"
    )]
    [TestCase("""  "tool_choice":"required" """, "tools")]
    [TestCase(
        """  "tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":{"type":"function","function":{"name":"g"}} """,
        "tool_choice"
    )]
    public async Task What_cannot_be_used_is_named(string fields, string param)
    {
        using var answer = await Server.PostAsync(
            "/v1/chat/completions",
            $$"""{"model":"tiny","messages":[{"role":"user","content":"x"}],{{fields}}}"""
        );
        var body = await answer.Content.ReadAsStringAsync();
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest), body);
        Assert.That((string?)JsonNode.Parse(body)!["error"]!["param"], Is.EqualTo(param));
    }

    [Test]
    public async Task A_schema_that_is_not_meant_strictly_may_have_what_is_not_supported()
    {
        using var answer = await Server.PostAsync(
            "/v1/chat/completions",
            """
            {"model":"tiny","messages":[{"role":"user","content":"x"}],"max_tokens":200,"tool_choice":"required","temperature":1,"seed":1,
             "parallel_tool_calls":false,"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object",
               "required":["a"],"properties":{"a":{"type":"string","maxLength":4,"pattern":"^x"},"b":{"oneOf":[{"type":"null"}]}}}}}]}
            """
        );
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        var call = body["choices"]![0]!["message"]!["tool_calls"]!.AsArray().Single()!;
        Assert.That((string?)call["function"]!["name"], Is.EqualTo("f"));
        Assert.That(JsonNode.Parse((string)call["function"]!["arguments"]!)!["a"], Is.Not.Null);
    }

    private static void Check(string name, string arguments)
    {
        using var parsed = JsonDocument.Parse(arguments);
        if (name == "get_weather")
        {
            Assert.That(
                parsed.RootElement.GetProperty("city").GetString()!.EnumerateRunes().Count(),
                Is.LessThanOrEqualTo(10)
            );
            Assert.That(parsed.RootElement.GetProperty("unit").GetString(), Is.EqualTo("C").Or.EqualTo("F"));
        }
    }

    private async Task<string> PromptAsync(string body)
    {
        using var listed = await Server.PostAsync("/tokenize", body);
        var text = await listed.Content.ReadAsStringAsync();
        Assert.That(listed.StatusCode, Is.EqualTo(HttpStatusCode.OK), text);
        using var answer = await Server.PostAsync(
            "/detokenize",
            $$"""{"tokens":{{JsonNode.Parse(text)!["tokens"]!.ToJsonString()}}}"""
        );
        return (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["prompt"]!;
    }

    private static ChatCompletionOptions Options(ChatToolChoice choice, int seed)
    {
#pragma warning disable OPENAI001 // The seed is marked as a try.
        return new()
        {
            Tools = { Tool, Other },
            ToolChoice = choice,
            MaxOutputTokenCount = 200,
            Temperature = 1,
            Seed = seed,
        };
#pragma warning restore OPENAI001
    }

    private ChatClient Chat() =>
        new(
            "tiny",
            new ApiKeyCredential("none"),
            new OpenAIClientOptions { Endpoint = new Uri(Server.Client.BaseAddress!, "v1") }
        );
}
