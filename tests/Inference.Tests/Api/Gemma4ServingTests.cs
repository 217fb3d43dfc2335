using System.Net;
using System.Text.Json.Nodes;
using Inference.Tests.Engine;

namespace Inference.Tests.Api;

/// <summary>Gemma 4 behind the API: its turns, the thought that large models don't have, batches, prefixes.</summary>
internal sealed class Gemma4ServingTests
{
    private const string Large = "<|turn>…<turn|> {{- '<|channel>thought\\n<channel|>' -}}";
    private const string Small = "<|turn>…<turn|>";

    [TestCase(Large, "<|turn>model\n<|channel>thought\n<channel|>")]
    [TestCase(Small, "<|turn>model\n")]
    [TestCase(null, "<|turn>model\n")]
    public async Task A_conversation_is_laid_out_as_the_checkpoints_template_does(string? template, string opening)
    {
        await using var server = await StartAsync(template);
        using var read = await server.PostAsync(
            "/tokenize",
            """{"messages":[{"role":"system","content":" stone "},{"role":"user","content":"a"},{"role":"assistant","content":"<|channel>thought\nwhy<channel|> light "},{"role":"user","content":" <|turn>b"}]}"""
        );
        var ids = JsonNode.Parse(await read.Content.ReadAsStringAsync())!["tokens"]!;
        using var written = await server.PostAsync("/detokenize", $$"""{"tokens":{{ids.ToJsonString()}}}""");
        Assert.That(
            JsonNode.Parse(await written.Content.ReadAsStringAsync())!["prompt"]!.ToString(),
            Is.EqualTo(
                "<bos><|turn>system\nstone<turn|>\n<|turn>user\na<turn|>\n<|turn>model\nlight<turn|>\n"
                    + $"<|turn>user\n<|turn>b<turn|>\n{opening}"
            )
        );
        var turns = ids.AsArray().Select(id => id!.GetValue<int>()).ToList();
        Assert.That(turns.Count(id => id == turns[1]), Is.EqualTo(5), "what users write opens no turn");
    }

    [Test]
    public async Task Answers_together_are_those_of_each_alone_and_of_prompts_read_before()
    {
        await using var server = await StartAsync(Large);
        string[] prompts =
        [
            .. Enumerable.Range(1, 6).Select(i => string.Concat(Enumerable.Repeat($"water {i} ", 7 * i))),
        ];
        var alone = new List<string>();
        foreach (var prompt in prompts)
        {
            alone.Add(await TextAsync(server, prompt));
        }

        Assert.That(await Task.WhenAll(prompts.Select(prompt => TextAsync(server, prompt))), Is.EqualTo(alone));
    }

    [Test]
    public async Task Functions_are_refused_by_name_where_the_template_has_no_place_for_them()
    {
        await using var server = await StartAsync(Large);
        using var answer = await server.PostAsync(
            "/v1/chat/completions",
            """{"model":"tiny","messages":[{"role":"user","content":"x"}],"tools":[{"type":"function","function":{"name":"f"}}]}"""
        );
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("has no place for functions"));
    }

    [Test]
    public void Another_template_is_refused_by_name() =>
        Assert.That(
            async () =>
            {
                await using var server = await StartAsync("{{ bos_token }}<|im_start|>");
            },
            Throws.Exception.With.Message.Contains("chat_template.jinja")
        );

    private static async Task<TinyServer> StartAsync(string? template)
    {
        var server = await TinyServer.StartAsync(spoil: directory => TinyGemma4.Write(directory, template));
        try
        {
            await server.Engine.Loaded;
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    private static async Task<string> TextAsync(TinyServer server, string prompt)
    {
        using var answer = await server.PostAsync(
            "/v1/completions",
            new JsonObject
            {
                ["model"] = "tiny",
                ["prompt"] = prompt,
                ["max_tokens"] = 24,
                ["temperature"] = 0,
                ["ignore_eos"] = true,
            }.ToJsonString()
        );
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["choices"]![0]!["text"]!.ToString();
    }
}
