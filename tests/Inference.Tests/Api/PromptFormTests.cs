using System.Net;
using System.Text.Json;
using Inference.Tests.Engine;

namespace Inference.Tests.Api;

/// <summary>Completions' prompts in every form that clients send, and prompts sent back.</summary>
[TestFixture]
internal sealed class PromptFormTests : ServedTests
{
    private const string Cold = "\"temperature\":0,\"max_tokens\":5";

    [Test]
    public async Task Token_ids_are_the_prompt_as_they_are()
    {
        var ids = await TokenizeAsync("stone");
        var written = await ChoicesAsync($"\"prompt\":\"stone\",{Cold}");
        Assert.That(await ChoicesAsync($"\"prompt\":[{ids}],{Cold}"), Is.EqualTo(written));
        Assert.That(await ChoicesAsync($"\"prompt\":[[{ids}]],{Cold}"), Is.EqualTo(written));
        Assert.That(await ChoicesAsync($"\"prompt\":[\"stone\"],{Cold}"), Is.EqualTo(written));
        // Whoever says where the beginning is marks it himself.
        var bare = await TokenizeAsync("stone", special: false);
        Assert.That(ids, Is.EqualTo($"2,{bare}"));
        Assert.That(
            await ChoicesAsync($"\"prompt\":\"stone\",\"add_special_tokens\":false,{Cold}"),
            Is.EqualTo(await ChoicesAsync($"\"prompt\":[{bare}],{Cold}"))
        );
    }

    [Test]
    public async Task Several_prompts_are_answered_in_order_each_as_if_it_were_alone()
    {
        const string Warm = "\"n\":2,\"seed\":4,\"max_tokens\":5";
        var ids = await TokenizeAsync("water");
        var together = await ChoicesAsync($"\"prompt\":[\"stone\",[{ids}],\"light\"],{Warm}");
        List<string> alone =
        [
            .. await ChoicesAsync($"\"prompt\":\"stone\",{Warm}"),
            .. await ChoicesAsync($"\"prompt\":\"water\",{Warm}"),
            .. await ChoicesAsync($"\"prompt\":\"light\",{Warm}"),
        ];
        Assert.That(together, Is.EqualTo(alone));
        Assert.That(together, Has.Count.EqualTo(6));
    }

    [Test]
    public async Task Equal_prompts_are_answered_differently_unless_a_seed_is_given()
    {
        const string Ask = "\"prompt\":[\"stone\",\"stone\"],\"n\":2,\"ignore_eos\":true,\"max_tokens\":40";
        Assert.That(await ChoicesAsync(Ask), Is.Unique);
        var seeded = await ChoicesAsync($"{Ask},\"seed\":4");
        Assert.That((seeded[2], seeded[3]), Is.EqualTo((seeded[0], seeded[1])));
        Assert.That(seeded[0], Is.Not.EqualTo(seeded[1]));
    }

    [Test]
    public async Task Prompts_are_counted_once_each()
    {
        using var one = await AnswerAsync($"\"prompt\":\"stone\",{Cold}");
        using var all = await AnswerAsync($"\"prompt\":[\"stone\",\"stone\"],\"n\":2,{Cold}");
        Assert.That(
            all.RootElement.GetProperty("usage").GetProperty("prompt_tokens").GetInt32(),
            Is.EqualTo(2 * one.RootElement.GetProperty("usage").GetProperty("prompt_tokens").GetInt32())
        );
    }

    [Test]
    public async Task An_echo_begins_the_answer_with_its_prompt()
    {
        var answer = (await ChoicesAsync($"\"prompt\":\"water 漢 and stone\",{Cold}")).Single();
        Assert.That(
            await ChoicesAsync($"\"prompt\":[\"water 漢 and stone\",\"light\"],\"echo\":true,{Cold}"),
            Is.EqualTo(
                new[]
                {
                    "water 漢 and stone" + answer,
                    "light" + (await ChoicesAsync($"\"prompt\":\"light\",{Cold}"))[0],
                }
            )
        );
        Assert.That(
            await ChoicesAsync("\"prompt\":\"light\",\"echo\":true,\"max_tokens\":0"),
            Is.EqualTo(new[] { "light" })
        );
    }

    private static IEnumerable<double> Scores(JsonElement scores) =>
        scores.EnumerateArray().Select(score => score.ValueKind == JsonValueKind.Null ? 0 : score.GetDouble());

    /// <summary>As lm-eval's local-completions asks: token ids, and one more token.</summary>
    [Test]
    public async Task An_echo_with_log_probabilities_scores_the_prompt()
    {
        var ids = await TokenizeAsync("stone and 漢 water");
        var count = ids.Split(',').Length;
        using var one = await AnswerAsync(
            $"\"prompt\":[[{ids}],[{ids}]],\"echo\":true,\"logprobs\":1,\"max_tokens\":1,\"temperature\":0"
        );
        using var none = await AnswerAsync($"\"prompt\":[{ids}],\"echo\":true,\"logprobs\":1,\"max_tokens\":0");
        var scored = one.RootElement.GetProperty("choices")[1];
        var columns = scored.GetProperty("logprobs");
        Assert.That(columns.GetProperty("tokens").GetArrayLength(), Is.EqualTo(count + 1));
        Assert.That(columns.GetProperty("tokens")[0].GetString(), Is.EqualTo("<bos>"));
        Assert.That(columns.GetProperty("token_logprobs")[0].ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(columns.GetProperty("top_logprobs")[0].ValueKind, Is.EqualTo(JsonValueKind.Null));
        for (var index = 1; index <= count; index++)
        {
            var own = columns.GetProperty("token_logprobs")[index].GetDouble();
            var best = columns.GetProperty("top_logprobs")[index].EnumerateObject().Single().Value.GetDouble();
            Assert.That(own, Is.LessThanOrEqualTo(best).And.LessThan(0));
        }

        var text = scored.GetProperty("text").GetString()!;
        var offsets = columns.GetProperty("text_offset").EnumerateArray().Select(at => at.GetInt32()).ToList();
        Assert.That(offsets, Is.Ordered);
        Assert.That(text[offsets[^1]..], Is.EqualTo(columns.GetProperty("tokens")[count].GetString()));
        var alone = none.RootElement.GetProperty("choices")[0];
        Assert.That(alone.GetProperty("finish_reason").GetString(), Is.EqualTo("length"));
        Assert.That(alone.GetProperty("text").GetString(), Is.EqualTo("stone and 漢 water"));
        // Alone the prompt has fewer rows, for which another product may be quicker: the last digits differ.
        var scores = alone.GetProperty("logprobs").GetProperty("token_logprobs");
        Assert.That(Scores(scores), Is.EqualTo(Scores(columns.GetProperty("token_logprobs")).Take(count)).Within(1e-5));
    }

    [Test]
    public async Task Offsets_follow_the_text_where_a_token_is_shown_by_other_characters()
    {
        // <unk> is shown as " ⁇ ".
        using var answer = await AnswerAsync(
            "\"prompt\":[3,3,40],\"echo\":true,\"logprobs\":1,\"max_tokens\":1,\"ignore_eos\":true"
        );
        var choice = answer.RootElement.GetProperty("choices")[0];
        Assert.That(choice.GetProperty("text").GetString(), Does.StartWith(" \u2047  \u2047 "));
        var offsets = choice.GetProperty("logprobs").GetProperty("text_offset").EnumerateArray();
        Assert.That(offsets.Take(3).Select(at => at.GetInt32()), Is.EqualTo(new[] { 0, 3, 6 }));
    }

    [Test]
    public async Task A_stream_of_several_prompts_with_echo_adds_up_to_the_whole_answers()
    {
        const string Ask =
            $"\"prompt\":[\"stone\",\"water\"],\"n\":2,\"echo\":true,\"logprobs\":2,\"seed\":1,\"max_tokens\":6";
        using var whole = await AnswerAsync(Ask);
        using var stream = await Server.PostAsync("/v1/completions", $$"""{"model":"tiny","stream":true,{{Ask}}}""");
        var (texts, tokens, offsets) = (new string[4], new List<string>[4], new List<int>[4]);
        foreach (var line in (await stream.Content.ReadAsStringAsync()).Split("\n\n").Where(line => line.Contains('{')))
        {
            using var chunk = JsonDocument.Parse(line["data: ".Length..]);
            var choice = chunk.RootElement.GetProperty("choices")[0];
            var index = choice.GetProperty("index").GetInt32();
            texts[index] += choice.GetProperty("text").GetString();
            var columns = choice.GetProperty("logprobs");
            (tokens[index] ??= []).AddRange(columns.GetProperty("tokens").EnumerateArray().Select(x => x.GetString()!));
            (offsets[index] ??= []).AddRange(
                columns.GetProperty("text_offset").EnumerateArray().Select(x => x.GetInt32())
            );
        }

        foreach (var choice in whole.RootElement.GetProperty("choices").EnumerateArray())
        {
            var index = choice.GetProperty("index").GetInt32();
            var columns = choice.GetProperty("logprobs");
            Assert.That(
                texts[index],
                Is.EqualTo(choice.GetProperty("text").GetString()).And.StartsWith(index < 2 ? "stone" : "water")
            );
            Assert.That(
                tokens[index],
                Is.EqualTo(columns.GetProperty("tokens").EnumerateArray().Select(x => x.GetString()))
            );
            Assert.That(
                offsets[index],
                Is.EqualTo(columns.GetProperty("text_offset").EnumerateArray().Select(x => x.GetInt32()))
            );
        }
    }

    [TestCase("\"prompt\":[]", "prompt")]
    [TestCase("\"prompt\":7", "prompt")]
    [TestCase("\"prompt\":[[]]", "prompt[0]")]
    [TestCase("\"prompt\":[\"a\",7]", "prompt[1]")]
    [TestCase("\"prompt\":[1,\"a\"]", "prompt[1]")]
    [TestCase("\"prompt\":[1,-2]", "prompt[1]")]
    [TestCase("\"prompt\":[1,2.5]", "prompt[1]")]
    [TestCase("\"prompt\":[[1],[1000000]]", "prompt[1]")]
    [TestCase("\"prompt\":[99999999999]", "prompt[0]")]
    [TestCase("\"prompt\":\"\",\"add_special_tokens\":false", "prompt")]
    [TestCase("\"prompt\":\"a\",\"suffix\":\"b\"", "suffix")]
    [TestCase("\"prompt\":\"a\",\"max_tokens\":0", "max_tokens")]
    [TestCase("\"prompt\":\"a\",\"logprobs\":21", "logprobs")]
    [TestCase("\"prompt\":\"a\",\"echo\":true,\"logprobs\":6", "logprobs")]
    [TestCase("\"prompt\":[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\",\"i\"],\"n\":8", "prompt")]
    public async Task What_is_no_prompt_is_named(string fields, string param)
    {
        using var answer = await Server.PostAsync("/v1/completions", $$"""{"model":"tiny",{{fields}}}""");
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
    public async Task A_prompt_over_the_context_is_named_among_others()
    {
        using var answer = await Server.PostAsync(
            "/v1/completions",
            $$"""{"model":"tiny","prompt":[[2],[{{string.Join(',', Enumerable.Repeat(40, 513))}}]],"max_tokens":1}"""
        );
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That(text, Does.Contain("context_length_exceeded").And.Contain("\"prompt[1]\""));
    }

    [Test]
    public async Task More_scores_than_are_held_at_once_are_refused()
    {
        // 400 × 500 × 6 are more than 2^20.
        await using var wide = await TinyServer.StartAsync(queue: 400);
        var prompt = $"[{string.Join(',', Enumerable.Repeat(40, 500))}]";
        using var answer = await wide.PostAsync(
            "/v1/completions",
            $$"""{"model":"tiny","prompt":[{{string.Join(',', Enumerable.Repeat(prompt, 400))}}],"echo":true,"logprobs":5,"max_tokens":0}"""
        );
        Assert.That(
            await answer.Content.ReadAsStringAsync(),
            Does.Contain("1200000 log-probabilities").And.Contain("\"param\":\"logprobs\"")
        );
    }

    private async Task<string> TokenizeAsync(string prompt, bool special = true)
    {
        using var answer = await Server.PostAsync(
            "/tokenize",
            JsonSerializer.Serialize(new { prompt, add_special_tokens = special })
        );
        using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return string.Join(
            ',',
            document.RootElement.GetProperty("tokens").EnumerateArray().Select(id => id.GetInt32())
        );
    }

    private async Task<List<string>> ChoicesAsync(string fields)
    {
        using var document = await AnswerAsync(fields);
        var choices = document.RootElement.GetProperty("choices").EnumerateArray().ToList();
        Assert.That(
            choices.Select(choice => choice.GetProperty("index").GetInt32()),
            Is.EqualTo(Enumerable.Range(0, choices.Count))
        );
        return [.. choices.Select(choice => choice.GetProperty("text").GetString()!)];
    }

    private async Task<JsonDocument> AnswerAsync(string fields)
    {
        using var answer = await Server.PostAsync("/v1/completions", $$"""{"model":"tiny",{{fields}}}""");
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), text);
        return JsonDocument.Parse(text);
    }
}
