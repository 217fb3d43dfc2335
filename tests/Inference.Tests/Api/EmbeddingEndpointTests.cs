using System.ClientModel;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Inference.Tests.Engine;
using Inference.Tests.Model.Embedding;
using OpenAI;

namespace Inference.Tests.Api;

/// <summary>A server whose model embeds text: OpenAI's shapes, and no text from it.</summary>
internal sealed class EmbeddingEndpointTests
{
    private TinyServer _server = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _server = await TinyServer.StartAsync(spoil: EmbeddingFiles.ChangeTiny);
        await _server.Engine.Loaded;
    }

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [Test]
    public async Task A_text_gets_numbers_of_length_1_and_its_tokens_are_counted()
    {
        var root = await AnswerAsync("""{"model":"tiny","input":"stone"}""");
        using var counted = await _server.PostAsync("/tokenize", """{"prompt":"stone"}""");
        var tokens = JsonNode.Parse(await counted.Content.ReadAsStringAsync())!["count"]!.GetValue<int>();
        var numbers = Numbers(root, 0);
        Assert.That(numbers, Has.Length.EqualTo(64));
        Assert.That(numbers.Sum(number => number * number), Is.EqualTo(1).Within(1e-5));
        Assert.That(
            (root["object"]!.ToString(), root["data"]![0]!["object"]!.ToString(), root["model"]!.ToString()),
            Is.EqualTo(("list", "embedding", "tiny"))
        );
        // The end is marked, too.
        Assert.That(root["usage"]!["prompt_tokens"]!.GetValue<int>(), Is.EqualTo(tokens + 1));
        Assert.That(root["usage"]!["total_tokens"]!.GetValue<int>(), Is.EqualTo(tokens + 1));
    }

    [Test]
    public async Task Many_texts_together_get_what_each_gets_alone()
    {
        string[] texts =
        [
            .. Enumerable.Range(1, 11).Select(i => string.Join(' ', Enumerable.Repeat("stone water", i * i))),
        ];
        var all = await AnswerAsync(JsonSerializer.Serialize(new { model = "tiny", input = texts }));
        foreach (var (index, text) in texts.Index())
        {
            var alone = await AnswerAsync(JsonSerializer.Serialize(new { model = "tiny", input = text }));
            Assert.That(
                Numbers(all, index).Zip(Numbers(alone, 0)).Max(pair => Math.Abs(pair.First - pair.Second)),
                Is.LessThan(1e-5)
            );
        }
    }

    [Test]
    public async Task Base64_and_token_ids_say_the_same()
    {
        var plain = Numbers(await AnswerAsync("""{"model":"tiny","input":[2,30,31,1]}"""), 0);
        var coded = await AnswerAsync("""{"model":"tiny","input":[[2,30,31,1]],"encoding_format":"base64"}""");
        var bytes = Convert.FromBase64String(coded["data"]![0]!["embedding"]!.ToString());
        Assert.That(
            Enumerable.Range(0, 64).Select(i => BitConverter.ToSingle(bytes, 4 * i)),
            Is.EqualTo(plain).Within(1e-6)
        );
    }

    [Test]
    public async Task A_prompt_of_the_models_own_goes_before_the_text()
    {
        var named = Numbers(await AnswerAsync("""{"input":"water","prompt_name":"query"}"""), 0);
        var written = Numbers(await AnswerAsync("""{"input":"task: stone | query: water"}"""), 0);
        Assert.That(named, Is.EqualTo(written).Within(1e-6));
    }

    [Test]
    public async Task OpenAIs_own_client_reads_it()
    {
        var client = new OpenAIClient(
            new ApiKeyCredential("none"),
            new OpenAIClientOptions { Endpoint = new Uri(_server.Client.BaseAddress!, "v1") }
        ).GetEmbeddingClient(TinyServer.Model);
        var all = (await client.GenerateEmbeddingsAsync(["stone", "water"])).Value;
        Assert.That(all, Has.Count.EqualTo(2));
        Assert.That(
            all[1].ToFloats().ToArray(),
            Is.EqualTo(Numbers(await AnswerAsync("""{"input":"water"}"""), 0)).Within(1e-6)
        );
    }

    [TestCase("/v1/chat/completions", """{"model":"tiny","messages":[{"role":"user","content":"x"}]}""")]
    [TestCase("/v1/completions", """{"model":"tiny","prompt":"x"}""")]
    [TestCase("/v1/responses", """{"model":"tiny","input":"x"}""")]
    public async Task It_generates_no_text_and_says_so(string path, string body)
    {
        using var answer = await _server.PostAsync(path, body);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(await CodeAsync(answer), Is.EqualTo("model_only_embeds"));
    }

    [Test]
    public async Task A_model_that_generates_embeds_nothing_and_says_so()
    {
        await using var other = await TinyServer.StartAsync();
        using var answer = await other.PostAsync("/v1/embeddings", """{"model":"tiny","input":"x"}""");
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(await CodeAsync(answer), Is.EqualTo("model_only_generates"));
    }

    [TestCase("""{"input":[]}""", 400, "input")]
    [TestCase("""{"input":7}""", 400, "input")]
    [TestCase("""{"input":[[]]}""", 400, "input[0]")]
    [TestCase("""{"input":[2,999999]}""", 400, "input")]
    [TestCase("""{"input":"x","dimensions":63}""", 400, "dimensions")]
    [TestCase("""{"input":"x","dimensions":0}""", 400, "dimensions")]
    [TestCase("""{"input":"x","encoding_format":"hex"}""", 400, "encoding_format")]
    [TestCase("""{"input":"x","prompt_name":"poem"}""", 400, "prompt_name")]
    [TestCase("""{"input":"x","model":"other"}""", 404, "model")]
    [TestCase("""{"model":"tiny"}""", 400, "input")]
    public async Task What_is_wrong_is_named(string body, int status, string param)
    {
        using var answer = await _server.PostAsync("/v1/embeddings", body);
        var error = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["error"]!;
        Assert.That(((int)answer.StatusCode, error["param"]!.ToString()), Is.EqualTo((status, param)));
    }

    [Test]
    public async Task Too_many_texts_and_a_text_that_is_too_long_are_named()
    {
        var many = JsonSerializer.Serialize(new { input = Enumerable.Repeat("x", 2049) });
        var long7 = JsonSerializer.Serialize(new { input = (string[])["x", new string('7', 5000)] });
        using var first = await _server.PostAsync("/v1/embeddings", many);
        using var second = await _server.PostAsync("/v1/embeddings", long7);
        Assert.That(
            (first.StatusCode, second.StatusCode),
            Is.EqualTo((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest))
        );
        Assert.That(await CodeAsync(second), Is.EqualTo("context_length_exceeded"));
        Assert.That(await second.Content.ReadAsStringAsync(), Does.Contain("input[1]"));
    }

    private async Task<JsonNode> AnswerAsync(string body)
    {
        using var answer = await _server.PostAsync("/v1/embeddings", body);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), text);
        return JsonNode.Parse(text)!;
    }

    private static float[] Numbers(JsonNode root, int index) =>
        [.. root["data"]![index]!["embedding"]!.AsArray().Select(number => number!.GetValue<float>())];

    private static async Task<string?> CodeAsync(HttpResponseMessage answer) =>
        JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["error"]!["code"]?.ToString();
}
