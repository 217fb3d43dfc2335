using GemmaInference.Engine;

namespace Inference.Tests.Engine;

/// <summary>What the model thought of a prompt is what it would have thought while it wrote it.</summary>
[TestFixture]
internal sealed class PromptScoreTests
{
    private readonly TinyEngine _model = new();

    [OneTimeTearDown]
    public void Remove() => _model.Dispose();

    // Chunks shorter and longer than the pieces that are scored at once, and one that leaves a single token.
    [TestCase(512)]
    [TestCase(64)]
    [TestCase(7)]
    public async Task A_prompts_tokens_score_as_they_did_when_they_were_generated(int prefill)
    {
        using var engine = await _model.StartAsync(prefill: prefill);
        int[] start = [2, 40];
        var (tokens, _, events) = await TinyEngine.RunAsync(
            engine,
            new(start, 90, new Sampling(1, 1, 0, 5, 0, 0), TinyEngine.NoStops, 2)
        );
        var scores = await ScoreAsync(engine, [.. start, .. tokens], maxTokens: 1);
        Assert.That(scores.Select(score => score.Id), Is.EqualTo(tokens.Prepend(40)));
        foreach (var (score, drawn) in scores.Skip(1).Zip(events))
        {
            Assert.That(score.Logprob, Is.EqualTo(drawn.Logprob).Within(1e-4));
            Assert.That(score.Top.Select(top => top.Id), Is.EqualTo(drawn.Top.Select(top => top.Id)));
        }
    }

    [Test]
    public async Task A_prompt_can_be_scored_beside_others_without_an_answer_up_to_the_whole_context()
    {
        using var engine = await _model.StartAsync(prefill: 64);
        int[] prompt = [2, .. Enumerable.Range(0, 511).Select(index => 30 + (index * 7 % 90))];
        var alone = await ScoreAsync(engine, prompt, maxTokens: 0);
        engine.TrySubmit([new([2, 41], 200, TinyEngine.Greedy, TinyEngine.NoStops, null)], out var beside);
        var together = await ScoreAsync(engine, prompt, maxTokens: 0);
        Assert.That(alone, Has.Count.EqualTo(511));
        Assert.That(
            together.Select(score => score.Logprob),
            Is.EqualTo(alone.Select(score => score.Logprob)).Within(1e-4)
        );
        Assert.That((await TinyEngine.ReadAsync(beside[0])).Tokens, Has.Length.EqualTo(200));
    }

    [Test]
    public async Task The_answer_is_the_same_with_scores_and_without()
    {
        using var engine = await _model.StartAsync(prefill: 16);
        GenerationRequest plain = new([2, .. Enumerable.Range(30, 40)], 12, TinyEngine.Greedy, TinyEngine.NoStops, 1);
        var expected = await TinyEngine.RunAsync(engine, plain);
        engine.TrySubmit([plain with { ScoresPrompt = true }], out var scored);
        var tokens = new List<int>();
        await foreach (var next in scored[0].Events.ReadAllAsync())
        {
            if (next is EngineEvent.Token token)
            {
                tokens.Add(token.Id);
            }
        }

        Assert.That(tokens, Is.EqualTo(expected.Tokens));
    }

    private static async Task<List<EngineEvent.Token>> ScoreAsync(InferenceEngine engine, int[] prompt, int maxTokens)
    {
        engine.TrySubmit(
            [new(prompt, maxTokens, TinyEngine.Greedy, TinyEngine.NoStops, 2) { ScoresPrompt = true }],
            out var sequences
        );
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var (scores, answered) = (new List<EngineEvent.Token>(), 0);
        await foreach (var next in sequences[0].Events.ReadAllAsync(bound.Token))
        {
            switch (next)
            {
                case EngineEvent.Scored scored:
                    scores.AddRange(scored.Tokens);
                    break;
                case EngineEvent.Token:
                    answered++;
                    break;
                case EngineEvent.Finished end:
                    Assert.That(end.Reason, Is.EqualTo(FinishReason.Length));
                    break;
            }
        }

        Assert.That(answered, Is.EqualTo(maxTokens));
        return scores;
    }
}
