using GemmaInference.Engine;

namespace Inference.Tests.Engine;

/// <summary>Which tokens an engine chooses, and when a sequence ends.</summary>
[TestFixture]
internal sealed class SamplingTests
{
    private readonly TinyEngine _model = new();

    [OneTimeTearDown]
    public void Remove() => _model.Dispose();

    [Test]
    public async Task The_same_seed_gives_the_same_tokens_and_another_gives_others()
    {
        using var engine = await _model.StartAsync();
        GenerationRequest Seeded(ulong seed) =>
            new([2, 40], 30, new Sampling(1, 1, 0, seed, 0, 0), TinyEngine.NoStops, null);
        var first = await TinyEngine.RunAsync(engine, Seeded(7));
        Assert.That((await TinyEngine.RunAsync(engine, Seeded(7))).Tokens, Is.EqualTo(first.Tokens));
        Assert.That((await TinyEngine.RunAsync(engine, Seeded(8))).Tokens, Is.Not.EqualTo(first.Tokens));
    }

    [Test]
    public async Task Top_k_of_one_and_a_tiny_top_p_are_greedy()
    {
        using var engine = await _model.StartAsync();
        var greedy = await TinyEngine.RunAsync(
            engine,
            new GenerationRequest([2, 40], 12, TinyEngine.Greedy, TinyEngine.NoStops, null)
        );
        Assert.That(
            (
                await TinyEngine.RunAsync(
                    engine,
                    new([2, 40], 12, new Sampling(1, 1, 1, 5, 0, 0), TinyEngine.NoStops, null)
                )
            ).Tokens,
            Is.EqualTo(greedy.Tokens)
        );
        Assert.That(
            (
                await TinyEngine.RunAsync(
                    engine,
                    new([2, 40], 12, new Sampling(1, 0.000001, 0, 5, 0, 0), TinyEngine.NoStops, null)
                )
            ).Tokens,
            Is.EqualTo(greedy.Tokens)
        );
    }

    [Test]
    public async Task A_heavy_presence_penalty_forbids_repetition()
    {
        using var engine = await _model.StartAsync();
        var (tokens, _, _) = await TinyEngine.RunAsync(
            engine,
            new([2, 40], 60, new Sampling(0, 1, 0, 0, 1000, 0), TinyEngine.NoStops, null)
        );
        Assert.That(tokens, Is.Unique);
    }

    [Test]
    public async Task What_a_repetition_penalty_needs_lies_on_the_device_until_its_sequence_ends()
    {
        using var engine = await _model.StartAsync();
        Sampling[] kinds = [TinyEngine.Greedy with { RepetitionPenalty = 2 }, TinyEngine.Greedy];
        engine.TrySubmit(
            [.. kinds.Select(kind => new GenerationRequest([2, 40], 3, kind, TinyEngine.NoStops, null))],
            out var sequences
        );
        foreach (var sequence in sequences)
        {
            Assert.That((await TinyEngine.ReadAsync(sequence)).Tokens, Has.Length.EqualTo(3));
        }

        Assert.That(
            sequences.Select(sequence => sequence.PromptTokens?.IsAlive),
            Is.EqualTo(new bool?[] { false, null })
        );
    }

    [Test]
    public async Task Logprobs_are_those_of_the_model_and_the_greedy_token_leads()
    {
        using var engine = await _model.StartAsync();
        var (_, _, events) = await TinyEngine.RunAsync(
            engine,
            new([2, 40], 5, TinyEngine.Greedy, TinyEngine.NoStops, 3)
        );
        foreach (var token in events)
        {
            Assert.That(token.Top, Has.Count.EqualTo(3));
            Assert.That(token.Top[0], Is.EqualTo((token.Id, token.Logprob)));
            Assert.That(token.Top.Select(top => top.Logprob), Is.Ordered.Descending.And.All.LessThanOrEqualTo(0));
        }
    }

    [Test]
    public async Task A_stop_token_ends_the_sequence_and_is_not_handed_out()
    {
        using var engine = await _model.StartAsync();
        var free = await TinyEngine.RunAsync(engine, new([2, 40], 10, TinyEngine.Greedy, TinyEngine.NoStops, null));
        var stop = free.Tokens[3];
        var (tokens, reason, _) = await TinyEngine.RunAsync(
            engine,
            new([2, 40], 10, TinyEngine.Greedy, new HashSet<int> { stop }, null)
        );
        Assert.That(reason, Is.EqualTo(FinishReason.Stop));
        Assert.That(tokens, Is.EqualTo(free.Tokens.TakeWhile(token => token != stop)));
    }

    [Test]
    public async Task A_temperature_next_to_nothing_is_greedy()
    {
        using var engine = await _model.StartAsync();
        var greedy = await TinyEngine.RunAsync(engine, new([2, 40], 12, TinyEngine.Greedy, TinyEngine.NoStops, null));
        Assert.That(
            (
                await TinyEngine.RunAsync(
                    engine,
                    new([2, 40], 12, new Sampling(1e-50, 1, 0, 5, 0, 0), TinyEngine.NoStops, null)
                )
            ).Tokens,
            Is.EqualTo(greedy.Tokens)
        );
        Assert.That(
            (
                await TinyEngine.RunAsync(
                    engine,
                    new([2, 40], 12, new Sampling(1e-50, 0.9, 7, 5, 0, 0), TinyEngine.NoStops, null)
                )
            ).Tokens,
            Is.EqualTo(greedy.Tokens)
        );
    }
}
