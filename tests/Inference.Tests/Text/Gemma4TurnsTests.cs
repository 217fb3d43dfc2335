using System.Text.Json.Nodes;
using Inference.Tests.Engine;

namespace Inference.Tests.Text;

/// <summary>
/// Conversations as the template of google/gemma-4-31B-it lays them out: the expected prompts were made by Jinja2 3.1.6
/// under the hub's settings (<c>reference/golden_gemma4_turns.py</c>), from a copy of the template of the summer of
/// 2026: <c>google-chat_template.jinja</c> of github.com/forcepusher/gemma4_jinja, commit 91e9adfb.
/// </summary>
[TestFixture]
internal sealed class Gemma4TurnsTests
{
    private const string Marks =
        "<|turn>…<turn|> <|channel>thought\\n<channel|> <|think|>\\n declaration: <|tool_call>call:";

    private static readonly JsonArray Cases = (JsonArray)
        JsonNode.Parse(File.ReadAllText(TorchForTests.Reference("golden_gemma4_turns.json")))!;

    private TinyServer _server = null!;

    private static IEnumerable<string> Names => Cases.Select(one => (string)one!["name"]!);

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _server = await TinyServer.StartAsync(spoil: directory => TinyGemma4.Write(directory, Marks), context: 2048);
        await _server.Engine.Loaded;
    }

    [OneTimeTearDown]
    public async Task StopAsync() => await _server.DisposeAsync();

    [TestCaseSource(nameof(Names))]
    public async Task A_conversation_is_laid_out_as_the_template_does(string name)
    {
        var one = Cases.Single(one => (string)one!["name"]! == name)!;
        using var read = await _server.PostAsync(
            "/tokenize",
            new JsonObject
            {
                ["messages"] = one["messages"]!.DeepClone(),
                ["tools"] = one["tools"]!.DeepClone(),
                ["chat_template_kwargs"] = new JsonObject { ["enable_thinking"] = one["thinks"]!.DeepClone() },
                ["add_generation_prompt"] = true,
            }.ToJsonString()
        );
        var ids = JsonNode.Parse(await read.Content.ReadAsStringAsync())!["tokens"]!;
        using var written = await _server.PostAsync("/detokenize", $$"""{"tokens":{{ids.ToJsonString()}}}""");
        Assert.That(
            (string)JsonNode.Parse(await written.Content.ReadAsStringAsync())!["prompt"]!,
            Is.EqualTo((string)one["prompt"]!)
        );
    }
}
