using System.Text.Json;
using GemmaInference.Engine;
using GemmaInference.Native;

namespace Inference.Tests.Engine;

/// <summary>What the authors recommend is how tokens are drawn for those who don't say.</summary>
[TestFixture]
internal sealed class GenerationDefaultsTests
{
    [TestCase("""{"top_k":64,"top_p":0.95,"temperature":0.7,"eos_token_id":[1,106]}""", 0.7, 0.95, 64)]
    [TestCase("""{"do_sample":true,"top_k":0,"top_p":1.0}""", 1, 1, 0)]
    [TestCase("""{"temperature":0}""", 0, 1, 0)]
    [TestCase("""{"top_p":null}""", 1, 1, 0)]
    public void They_are_read(string json, double temperature, double topP, int topK)
    {
        var read = Read(json);
        Assert.That((read.Temperature, read.TopP, read.TopK), Is.EqualTo((temperature, topP, topK)));
    }

    [TestCase("""{"min_p":0.1,"repetition_penalty":1.05}""", 0.1, 1.05)]
    [TestCase("{}", 0, 1)]
    public void So_are_the_rarer_ones(string json, double minP, double repetitionPenalty)
    {
        var read = Read(json);
        Assert.That((read.MinP, read.RepetitionPenalty), Is.EqualTo((minP, repetitionPenalty)));
    }

    [TestCase("""{"repetition_penalty":0}""", "'repetition_penalty'")]
    [TestCase("""{"temperature":-1}""", "'temperature'")]
    [TestCase("""{"top_p":0}""", "'top_p'")]
    [TestCase("""{"top_p":"all"}""", "'top_p'")]
    [TestCase("""{"top_k":-1}""", "'top_k'")]
    [TestCase("[]", "JSON object")]
    public void What_cannot_be_meant_is_refused_by_name(string json, string says) =>
        Assert.That(() => Read(json), Throws.TypeOf<InferenceException>().With.Message.Contains(says));

    [Test]
    public void Without_the_file_every_token_may_come() =>
        Assert.That(
            GenerationDefaults.Read(Path.GetTempPath() + "/no-such-model"),
            Is.EqualTo(GenerationDefaults.None)
        );

    [Test]
    public async Task A_request_that_says_nothing_is_drawn_as_the_authors_recommend()
    {
        await using var server = await TinyServer.StartAsync(spoil: directory =>
            File.WriteAllText(Path.Combine(directory, "generation_config.json"), """{"eos_token_id":[1],"top_k":1}""")
        );
        await server.Engine.Loaded;
        // One candidate a step: the same answer whatever the seed is.
        var answers = new HashSet<string>(StringComparer.Ordinal);
        for (var seed = 0; seed < 4; seed++)
        {
            answers.Add(await TextAsync(server, $"\"seed\":{seed}"));
        }

        Assert.That(answers, Has.Count.EqualTo(1));
        Assert.That(await TextAsync(server, "\"seed\":1,\"top_k\":-1"), Is.Not.EqualTo(answers.Single()));
    }

    private static async Task<string> TextAsync(TinyServer server, string settings)
    {
        using var answer = await server.PostAsync(
            "/v1/completions",
            $$"""{"model":"tiny","prompt":"stone","max_tokens":8,{{settings}}}"""
        );
        using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return document.RootElement.GetProperty("choices")[0].GetProperty("text").GetString()!;
    }

    private static GenerationDefaults Read(string json)
    {
        using var scratch = new ScratchDirectory();
        File.WriteAllText(scratch["generation_config.json"], json);
        return GenerationDefaults.Read(scratch.Path);
    }
}
