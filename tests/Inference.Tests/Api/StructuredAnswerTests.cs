using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Inference.Tests.Api;

/// <summary>Answers that have to be JSON, of a model that by itself says nothing of the kind.</summary>
[TestFixture]
internal sealed class StructuredAnswerTests : ServedTests
{
    private const string Schema = """
        {"type":"object","required":["name","age","tags","kind"],"additionalProperties":false,"properties":{
            "name":{"type":"string","maxLength":12},"age":{"type":"integer","minimum":0,"maximum":150},
            "tags":{"type":"array","items":{"enum":["a","b"]},"maxItems":3},"kind":{"type":["string","null"],"maxLength":5}}}
        """;

    private const string Named =
        """{"type":"json_schema","json_schema":{"name":"p","strict":true,"schema":""" + Schema + "}}";

    [Test]
    public async Task Every_answer_fits_its_schema_whatever_the_seed_and_the_temperature(
        [Values(0, 1, 2.5)] double heat
    )
    {
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(seed =>
                    AskAsync(
                        $$"""
                        "response_format":{{Named}},"temperature":{{heat}},"seed":{{seed}},"max_tokens":300
                        """
                    )
                )
        );
        foreach (var choice in answers.Select(answer => answer["choices"]![0]!))
        {
            Assert.That((string?)choice["finish_reason"], Is.EqualTo("stop"));
            var person = JsonNode.Parse((string)choice["message"]!["content"]!)!.AsObject();
            Assert.That(person.Select(property => property.Key), Is.EqualTo(new[] { "name", "age", "tags", "kind" }));
            Assert.That((int)person["age"]!, Is.InRange(0, 150));
            Assert.That(person["tags"]!.AsArray().Select(tag => (string?)tag), Is.SubsetOf(new[] { "a", "b" }));
        }
    }

    [Test]
    public async Task A_seed_gives_the_same_answer_alone_and_beside_others()
    {
        const string Own = $$""" "response_format":{{Named}},"temperature":1.5,"seed":5,"max_tokens":300 """;
        var alone = Content(await AskAsync(Own));
        var beside = AskAsync(Own);
        var free = AskAsync("\"max_tokens\":60,\"temperature\":1,\"ignore_eos\":true");
        Assert.That(Content(await beside), Is.EqualTo(alone));
        Assert.That((int)(await free)["usage"]!["completion_tokens"]!, Is.EqualTo(60));
    }

    [TestCase("\"response_format\":{\"type\":\"json_object\"}")]
    [TestCase("\"guided_json\":{\"type\":\"object\"}")]
    [TestCase("\"guided_json\":\"{\\\"type\\\":\\\"object\\\"}\"")]
    [TestCase("\"structured_outputs\":{\"json\":{\"type\":\"object\"}}")]
    public async Task An_object_is_an_object_or_cut(string fields)
    {
        var answer = await AskAsync($"{fields},\"max_tokens\":200,\"temperature\":1,\"seed\":3");
        var text = Content(answer);
        Assert.That(text, Does.StartWith("{"));
        if ((string?)answer["choices"]![0]!["finish_reason"] == "stop")
        {
            Assert.That(JsonNode.Parse(text), Is.InstanceOf<JsonObject>());
        }
    }

    [Test]
    public async Task What_is_cut_says_so()
    {
        var answer = await AskAsync($"\"response_format\":{Named},\"max_tokens\":3");
        Assert.That((string?)answer["choices"]![0]!["finish_reason"], Is.EqualTo("length"));
    }

    [Test]
    public async Task Completions_are_constrained_too()
    {
        using var answer = await Server.PostAsync(
            "/v1/completions",
            """{"model":"tiny","prompt":"stone","max_tokens":40,"response_format":{"type":"json_schema","json_schema":{"schema":{"enum":["left","right"]}}}}"""
        );
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.That((string?)body["choices"]![0]!["text"], Is.EqualTo("\"left\"").Or.EqualTo("\"right\""));
        Assert.That((string?)body["choices"]![0]!["finish_reason"], Is.EqualTo("stop"));
    }

    [TestCase(
        """{"type":"json_schema","json_schema":{"schema":{"type":"string","pattern":"(?=a)"}}}""",
        "response_format.json_schema.schema.pattern"
    )]
    [TestCase(
        """{"type":"json_schema","json_schema":{"schema":{"type":"string","maxLength":1000000}}}""",
        "response_format.json_schema.schema"
    )]
    [TestCase("""{"type":"json_schema"}""", "response_format.json_schema")]
    [TestCase("""{"type":"json_schema","json_schema":{"name":"x"}}""", "response_format.json_schema.schema")]
    [TestCase("""{"type":"grammar"}""", "response_format.type")]
    public async Task What_cannot_be_compiled_is_refused_by_its_path(string format, string path)
    {
        using var answer = await Server.PostAsync(
            "/v1/chat/completions",
            $$"""{"model":"tiny","messages":[{"role":"user","content":"x"}],"response_format":{{format}}}"""
        );
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        var error = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["error"]!;
        Assert.That((string?)error["param"], Is.EqualTo(path));
    }

    [TestCase("\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"schema\":{\"enum\":[\"\\ud800\"]}}}")]
    [TestCase("\"guided_json\":{\"type\":\"object\",\"properties\":{\"\\ud800\":{}}}")]
    [TestCase("\"guided_json\":\"{\\\"required\\\":[\\\"\\\\ud800\\\"]}\"")]
    [TestCase(
        "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\","
            + "\"parameters\":{\"type\":\"object\",\"properties\":{\"\\ud800\":{}}}}}]"
    )]
    public async Task Half_a_character_in_a_schema_is_refused(string fields)
    {
        using var answer = await Server.PostAsync(
            "/v1/chat/completions",
            $$"""{"model":"tiny","messages":[{"role":"user","content":"x"}],{{fields}}}"""
        );
        var body = await answer.Content.ReadAsStringAsync();
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest), body);
        Assert.That((string?)JsonNode.Parse(body)!["error"]!["code"], Is.EqualTo("invalid_utf8"));
    }

    [Test]
    public async Task An_answer_whose_tokens_are_all_ends_fails_by_name([Values] bool streams)
    {
        var trie = Server.Engine.Model!.Masks.Value.Trie;
        var ends = Enumerable
            .Range(0, Server.Engine.Model.Tokenizer.Pieces.Count)
            .Where(token => trie.BytesOf(token) is [(byte)'t', ..]);
        using var answer = await Server.PostAsync(
            "/v1/chat/completions",
            $$"""
            {"model":"tiny","messages":[{"role":"user","content":"x"}],"guided_json":{"const":true},
             "stop_token_ids":[{{string.Join(',', ends)}}],"ignore_eos":true,"stream":{{(streams ? "true" : "false")}}}
            """
        );
        var body = await answer.Content.ReadAsStringAsync();
        Assert.That(body, Does.Contain("\"unspellable\"").And.Contain("stop_token_ids"));
        Assert.That(answer.StatusCode, Is.EqualTo(streams ? HttpStatusCode.OK : HttpStatusCode.BadRequest));
    }

    [TestCase("[\"object\",\"null\"]")]
    [TestCase("5")]
    public async Task Parameters_of_another_type_are_refused_for_that(string type)
    {
        using var answer = await Server.PostAsync(
            "/v1/chat/completions",
            $$$"""
            {"model":"tiny","messages":[{"role":"user","content":"x"}],
             "tools":[{"type":"function","function":{"name":"f","parameters":{"type":{{{type}}} } } }]}
            """
        );
        var error = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["error"]!;
        Assert.That((string?)error["param"], Is.EqualTo("tools[0].function.parameters"));
    }

    private static string Content(JsonNode answer) => (string)answer["choices"]![0]!["message"]!["content"]!;

    private async Task<JsonNode> AskAsync(string fields)
    {
        using var answer = await Server.PostAsync(
            "/v1/chat/completions",
            $$"""{"model":"tiny","messages":[{"role":"user","content":"water"}],{{fields}}}"""
        );
        var body = await answer.Content.ReadAsStringAsync();
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), body);
        return JsonNode.Parse(body)!;
    }
}
