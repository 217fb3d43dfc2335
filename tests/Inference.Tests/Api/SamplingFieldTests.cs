using System.Net;
using System.Text.Json;

namespace Inference.Tests.Api;

/// <summary>vLLM's fields of sampling do through the API what they say.</summary>
[TestFixture]
internal sealed class SamplingFieldTests : ServedTests
{
    [Test]
    public async Task A_bias_of_a_hundred_makes_a_token_come_and_one_of_minus_a_hundred_keeps_it_away()
    {
        var (word, id) = await FirstTokenAsync();
        Assert.That(
            await TextAsync($"\"temperature\":0,\"max_tokens\":4,\"logit_bias\":{{\"{id}\":100}}"),
            Is.EqualTo(Repeat(word, 4))
        );
        Assert.That(
            await TextAsync($"\"temperature\":0,\"max_tokens\":1,\"logit_bias\":{{\"{id}\":-100}}"),
            Is.Not.EqualTo(word)
        );
    }

    [Test]
    public async Task A_stop_token_ends_the_answer_unless_it_is_too_early()
    {
        var (word, id) = await FirstTokenAsync();
        Assert.That(await TextAsync($"\"temperature\":0,\"max_tokens\":8,\"stop_token_ids\":[{id}]"), Is.Empty);
        using var late = await AnswerAsync(
            $"\"temperature\":0,\"max_tokens\":8,\"logprobs\":0,\"min_tokens\":3,"
                + $"\"logit_bias\":{{\"{id}\":90}},\"stop_token_ids\":[{id}.0]"
        );
        var choice = late.RootElement.GetProperty("choices")[0];
        Assert.That(choice.GetProperty("finish_reason").GetString(), Is.EqualTo("stop"));
        Assert.That(choice.GetProperty("logprobs").GetProperty("tokens").GetArrayLength(), Is.EqualTo(3));
        Assert.That(choice.GetProperty("text").GetString(), Does.Not.Contain(word));
    }

    [Test]
    public async Task The_models_own_end_can_be_ignored_and_then_bars_nothing_longer_than_asked()
    {
        // <eos> of the tiny model is 1; nothing else can win against it.
        const string Pushed = "\"temperature\":0,\"max_tokens\":6,\"logit_bias\":{\"1\":100}";
        Assert.That(await TokensAsync(Pushed), Is.Zero);
        Assert.That(await TokensAsync(Pushed + ",\"min_tokens\":4"), Is.EqualTo(4));
        Assert.That(await TokensAsync(Pushed + ",\"ignore_eos\":true"), Is.EqualTo(6));
    }

    [Test]
    public async Task A_stop_string_waits_for_the_least_tokens()
    {
        var full = await TextAsync("\"temperature\":0,\"max_tokens\":12");
        var stop = JsonSerializer.Serialize(full[..1]);
        Assert.That(await TextAsync($"\"temperature\":0,\"max_tokens\":12,\"stop\":{stop}"), Is.Empty);
        Assert.That(
            await TextAsync($"\"temperature\":0,\"max_tokens\":12,\"min_tokens\":12,\"stop\":{stop}"),
            Is.EqualTo(full)
        );
    }

    [Test]
    public async Task A_repetition_penalty_keeps_the_prompts_tokens_away_too()
    {
        var free = await TextAsync("\"temperature\":0,\"max_tokens\":30");
        var penalised = await TextAsync("\"temperature\":0,\"max_tokens\":30,\"repetition_penalty\":100");
        Assert.That(penalised, Is.Not.EqualTo(free));
        Assert.That(
            await TextAsync("\"temperature\":0,\"max_tokens\":30,\"repetition_penalty\":1.0"),
            Is.EqualTo(free)
        );
    }

    [Test]
    public async Task A_min_p_of_one_leaves_the_likeliest_however_hot_it_is() =>
        Assert.That(
            await TextAsync("\"temperature\":900,\"max_tokens\":20,\"min_p\":1,\"seed\":3.0"),
            Is.EqualTo(await TextAsync("\"temperature\":0,\"max_tokens\":20"))
        );

    private static string Repeat(string word, int times) => string.Concat(Enumerable.Repeat(word, times));

    private async Task<(string Word, int Id)> FirstTokenAsync()
    {
        var word = await TextAsync("\"temperature\":0,\"max_tokens\":1");
        using var answer = await Server.PostAsync(
            "/tokenize",
            JsonSerializer.Serialize(new { prompt = word, add_special_tokens = false })
        );
        using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        var ids = document.RootElement.GetProperty("tokens");
        Assert.That(ids.GetArrayLength(), Is.EqualTo(1), "one token's text is one token");
        return (word, ids[0].GetInt32());
    }

    private async Task<string> TextAsync(string fields)
    {
        using var document = await AnswerAsync(fields);
        return document.RootElement.GetProperty("choices")[0].GetProperty("text").GetString()!;
    }

    private async Task<int> TokensAsync(string fields)
    {
        using var document = await AnswerAsync(fields);
        return document.RootElement.GetProperty("usage").GetProperty("completion_tokens").GetInt32();
    }

    private async Task<JsonDocument> AnswerAsync(string fields)
    {
        using var answer = await Server.PostAsync(
            "/v1/completions",
            $$"""{"model":"tiny","prompt":"stone and water",{{fields}}}"""
        );
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), text);
        return JsonDocument.Parse(text);
    }
}
