using GemmaInference.Engine;

namespace Inference.Tests.Engine;

/// <summary>Prompts that begin alike: read once, and the same tokens come as if each were alone.</summary>
internal sealed class PrefixReuseTests
{
    private readonly TinyEngine _model = new();

    [OneTimeTearDown]
    public void Remove() => _model.Dispose();

    [Test]
    public async Task The_same_tokens_come_as_without()
    {
        var requests = Requests();
        var metrics = new EngineMetrics("tiny");
        var plain = await TokensAsync(requests, reuses: false, new EngineMetrics("tiny"), together: false);
        Assert.That(await TokensAsync(requests, reuses: true, metrics, together: false), Is.EqualTo(plain));
        Assert.That(Count(metrics, "gemma:prefix_cache_hits_total"), Is.GreaterThan(500));
        Assert.That(
            await TokensAsync(requests, reuses: true, new EngineMetrics("tiny"), together: true),
            Is.EqualTo(plain)
        );
    }

    [Test]
    public async Task Prompts_that_come_together_are_read_once()
    {
        int[] prompt = [2, .. Enumerable.Range(30, 300)];
        var metrics = new EngineMetrics("tiny");
        using var engine = await _model.StartAsync(slots: 4, prefill: 64, metrics: metrics);
        var request = new GenerationRequest(prompt, 4, TinyEngine.Greedy, TinyEngine.NoStops, null);
        engine.TrySubmit([request, request, request, request], out var all);
        var answers = await Task.WhenAll(all.Select(TinyEngine.ReadAsync));
        Assert.That(answers.Select(answer => answer.Tokens), Is.All.EqualTo(answers[0].Tokens));
        // For the last few tokens nobody waits.
        Assert.That(Count(metrics, "gemma:prefix_cache_hits_total"), Is.GreaterThan(3 * (prompt.Length - 64)));
    }

    [Test]
    public async Task A_prompt_goes_on_when_the_one_that_it_waited_for_is_given_up()
    {
        int[] prompt = [2, .. Enumerable.Range(30, 400)];
        using var engine = await _model.StartAsync(slots: 2, prefill: 16);
        var request = new GenerationRequest(prompt, 4, TinyEngine.Greedy, TinyEngine.NoStops, null);
        engine.TrySubmit([request, request], out var both);
        both[0].Cancel();
        Assert.That((await TinyEngine.ReadAsync(both[1])).Tokens, Has.Length.EqualTo(4));
    }

    [Test]
    public async Task A_prompt_that_is_scored_is_read_whole()
    {
        int[] prompt = [2, .. Enumerable.Range(30, 100)];
        using var engine = await _model.StartAsync();
        var plain = new GenerationRequest(prompt, 1, TinyEngine.Greedy, TinyEngine.NoStops, null);
        await TinyEngine.RunAsync(engine, plain);
        engine.TrySubmit([plain with { ScoresPrompt = true, TopLogprobs = 0 }], out var scored);
        Assert.That(
            await scored[0].Events.ReadAsync(),
            Is.InstanceOf<EngineEvent.Scored>().With.Property("Tokens").Count.EqualTo(prompt.Length - 1)
        );
    }

    /// <summary>A chat that grows, twice, with others between, so that slots are taken over, too.</summary>
    private static GenerationRequest[] Requests()
    {
        var random = new Random(4);
        List<int> first = [2, .. Enumerable.Range(30, 90)],
            second = [2, .. Enumerable.Range(30, 50), .. Enumerable.Range(200, 60)];
        var requests = new List<GenerationRequest>();
        for (var turn = 0; turn < 5; turn++)
        {
            foreach (var chat in new[] { first, second })
            {
                chat.AddRange(Enumerable.Range(0, 25).Select(_ => random.Next(30, 900)));
                var sampling = turn % 2 == 0 ? TinyEngine.Greedy : new Sampling(0.8, 0.9, 40, (ulong)turn, 0, 0);
                requests.Add(new GenerationRequest([.. chat], 12, sampling, TinyEngine.NoStops, null));
            }

            requests.Add(new GenerationRequest([2, 40 + turn], 12, TinyEngine.Greedy, TinyEngine.NoStops, null));
        }

        return [.. requests];
    }

    private async Task<int[][]> TokensAsync(
        GenerationRequest[] requests,
        bool reuses,
        EngineMetrics metrics,
        bool together
    )
    {
        using var engine = await _model.StartAsync(slots: 3, prefill: 48, reuses: reuses, metrics: metrics);
        if (together)
        {
            engine.TrySubmit(requests, out var all);
            return [.. (await Task.WhenAll(all.Select(TinyEngine.ReadAsync))).Select(answer => answer.Tokens)];
        }

        var answers = new List<int[]>();
        foreach (var request in requests)
        {
            answers.Add((await TinyEngine.RunAsync(engine, request)).Tokens);
        }

        return [.. answers];
    }

    private static double Count(EngineMetrics metrics, string name) =>
        double.Parse(
            metrics
                .Write()
                .Split('\n')
                .Single(line => line.StartsWith(name + "{", StringComparison.Ordinal))
                .Split(' ')[^1],
            System.Globalization.CultureInfo.InvariantCulture
        );
}
