using System.Globalization;
using GemmaInference.Engine;
using GemmaInference.Torch.Pages;
using Inference.Tests.Engine.Graphs;
using Inference.Tests.Torch.Pages;

namespace Inference.Tests.Engine;

/// <summary>Sequences that share fewer pages than all need: some wait, and every answer stays the same.</summary>
internal sealed class PageTests
{
    private readonly TinyEngine _model = new();
    private List<(int[] Tokens, FinishReason Reason, List<EngineEvent.Token> Events)>? _alone;

    [OneTimeTearDown]
    public void Remove() => _model.Dispose();

    [Test]
    public async Task Who_loses_its_slot_goes_on_with_the_next_token([Values] bool reuses, [Values] bool byGraphs)
    {
        var requests = Requests();
        var alone = _alone ??= await AloneAsync(requests);
        var metrics = new EngineMetrics("tiny");
        var graphs = byGraphs ? new FakeGraphs() : null;
        using var engine = await _model.StartAsync(
            slots: 6,
            prefill: 64,
            reuses: reuses,
            metrics: metrics,
            graphs: graphs,
            memory: () => new HostPages(4096)
        );
        Assert.That(engine.TrySubmit(requests, out var all), Is.EqualTo(Submission.Accepted));
        var answers = await Task.WhenAll(all.Select(TinyEngine.ReadAsync));
        for (var index = 0; index < requests.Length; index++)
        {
            Assert.That(answers[index].Tokens, Is.EqualTo(alone[index].Tokens), $"request {index}");
            Assert.That(answers[index].Reason, Is.EqualTo(alone[index].Reason));
            Assert.That(
                answers[index].Events.Select(token => token.Top.Count),
                Is.EqualTo(alone[index].Events.Select(token => token.Top.Count))
            );
        }

        Assert.That(Count(metrics, "gemma:num_preemptions_total"), Is.GreaterThan(2));
        Assert.That(
            Count(metrics, "gemma:prompt_tokens_total"),
            Is.EqualTo(requests.Sum(request => request.Prompt.Count) + ProofTokens),
            "what is read again is counted once"
        );
        Assert.That(graphs?.Launched ?? 1, Is.GreaterThan(0));
    }

    [Test]
    public async Task Answers_to_one_prompt_are_what_each_is_alone([Values] bool reuses)
    {
        int[] prompt = [2, .. Enumerable.Range(30, 150)];
        GenerationRequest[] answers =
        [
            .. Enumerable
                .Range(0, 5)
                .Select(index => new GenerationRequest(
                    prompt,
                    120,
                    new Sampling(1, 1, 0, (ulong)index, 0, 0),
                    TinyEngine.NoStops,
                    null
                )),
        ];
        var alone = await AloneAsync(answers);
        var metrics = new EngineMetrics("tiny");
        using var engine = await _model.StartAsync(
            slots: 5,
            reuses: reuses,
            metrics: metrics,
            memory: () => new HostPages(4096)
        );
        engine.TrySubmit(answers, out var all);
        var together = await Task.WhenAll(all.Select(TinyEngine.ReadAsync));
        Assert.That(together.Select(answer => answer.Tokens), Is.EqualTo(alone.Select(answer => answer.Tokens)));
        Assert.That(together.Select(answer => string.Join(' ', answer.Tokens)).Distinct().Count(), Is.EqualTo(5));
        Assert.That(Count(metrics, "gemma:num_preemptions_total"), Is.GreaterThan(0));
    }

    [Test]
    public async Task The_first_that_came_never_waits_for_pages()
    {
        var metrics = new EngineMetrics("tiny");
        using var engine = await _model.StartAsync(slots: 4, metrics: metrics, memory: () => new HostPages(4096));
        GenerationRequest one = new([2, 40], 500, TinyEngine.Greedy, TinyEngine.NoStops, null);
        engine.TrySubmit([one, one, one, one], out var all);
        Assert.That((await TinyEngine.ReadAsync(all[0])).Tokens, Has.Length.EqualTo(500));
        Assert.That(all.Skip(1).All(other => other.Generated < 500), "it was never put back for one of them");
        foreach (var other in all.Skip(1))
        {
            Assert.That((await TinyEngine.ReadAsync(other)).Tokens, Has.Length.EqualTo(500));
        }

        Assert.That(Count(metrics, "gemma:num_preemptions_total"), Is.GreaterThan(2));
    }

    [Test]
    public async Task A_prompts_scores_come_once_whenever_it_loses_its_slot()
    {
        int[] prompt = [2, .. Enumerable.Range(30, 300)];
        var request = new GenerationRequest(prompt, 20, TinyEngine.Greedy, TinyEngine.NoStops, 2)
        {
            ScoresPrompt = true,
        };
        using var plain = await _model.StartAsync(slots: 1);
        plain.TrySubmit([request], out var alone);
        var expected = await ScoresAsync(alone[0]);
        Assert.That(expected, Has.Count.EqualTo(prompt.Length - 1));

        var metrics = new EngineMetrics("tiny");
        using var engine = await _model.StartAsync(
            slots: 3,
            prefill: 8,
            metrics: metrics,
            memory: () => new HostPages(4096),
            pagesOfTokens: 512
        );
        GenerationRequest longer = new(
            [2, .. Enumerable.Range(100, 150)],
            300,
            TinyEngine.Greedy,
            TinyEngine.NoStops,
            null
        );
        engine.TrySubmit([longer, request, request], out var all);
        foreach (var scored in all.Skip(1))
        {
            Assert.That(await ScoresAsync(scored), Is.EqualTo(expected).Within(1e-4));
        }

        Assert.That(Count(metrics, "gemma:num_preemptions_total"), Is.GreaterThan(0));
    }

    [Test]
    public async Task What_an_ended_sequence_left_goes_from_its_end_on()
    {
        var metrics = new EngineMetrics("tiny");
        using var engine = await _model.StartAsync(slots: 3, metrics: metrics, memory: () => new HostPages(4096));
        GenerationRequest longer = new(
            [2, .. Enumerable.Range(30, 400)],
            1,
            TinyEngine.Greedy,
            TinyEngine.NoStops,
            null
        );
        GenerationRequest other = new(
            [2, .. Enumerable.Range(500, 200)],
            1,
            TinyEngine.Greedy,
            TinyEngine.NoStops,
            null
        );
        var first = await TinyEngine.RunAsync(engine, longer);
        await TinyEngine.RunAsync(engine, other);
        Assert.That(Count(metrics, "gemma:prefix_cache_hits_total"), Is.Zero);
        Assert.That((await TinyEngine.RunAsync(engine, longer)).Tokens, Is.EqualTo(first.Tokens));
        // Of 16 pages that each stretch has, the other prompt took 7.
        Assert.That(Count(metrics, "gemma:prefix_cache_hits_total"), Is.EqualTo(9 * 32));
        Assert.That(Count(metrics, "gemma:num_preemptions_total"), Is.Zero);
    }

    [Test]
    public async Task One_that_waits_for_another_slot_can_be_given_up()
    {
        var metrics = new EngineMetrics("tiny");
        using var engine = await _model.StartAsync(slots: 3, metrics: metrics, memory: () => new HostPages(4096));
        GenerationRequest one = new([2, 40], 500, TinyEngine.Greedy, TinyEngine.NoStops, null);
        engine.TrySubmit([one, one, one], out var all);
        while (Count(metrics, "gemma:num_preemptions_total") == 0)
        {
            await Task.Yield();
        }

        all[2].Cancel();
        Assert.That((await TinyEngine.ReadAsync(all[2])).Reason, Is.EqualTo(FinishReason.Cancelled));
        Assert.That((await TinyEngine.ReadAsync(all[0])).Tokens, Has.Length.EqualTo(500));
        Assert.That((await TinyEngine.ReadAsync(all[1])).Tokens, Has.Length.EqualTo(500));
        await engine.DrainAsync().WaitAsync(TimeSpan.FromMinutes(1));
    }

    [Test]
    public async Task Pages_of_the_driver_give_the_same_tokens()
    {
        var requests = Requests();
        var alone = _alone ??= await AloneAsync(requests);
        using var driver = FakeDriver.Compile();
        using (
            var engine = await _model.StartAsync(
                slots: 6,
                prefill: 64,
                memory: () => PageSupport.OfGpu(driver.Library, GemmaInference.Torch.Device.Cpu, out _)!
            )
        )
        {
            engine.TrySubmit(requests, out var all);
            var answers = await Task.WhenAll(all.Select(TinyEngine.ReadAsync));
            Assert.That(answers.Select(answer => answer.Tokens), Is.EqualTo(alone.Select(answer => answer.Tokens)));
            Assert.That(driver.State.Mapped, Is.GreaterThan(0));
        }

        Assert.That(driver.State with { Waits = 0 }, Is.EqualTo((0, 0, 0, 0)), "all is given back");
    }

    /// <summary>The model's proof reads one token before anybody asks.</summary>
    private const int ProofTokens = 1;

    private static GenerationRequest[] Requests() =>
        [
            .. Enumerable
                .Range(0, 8)
                .Select(index => new GenerationRequest(
                    [2, .. Enumerable.Range(30 + index, 20 + (index * 35))],
                    30 + (index * 8),
                    (index % 4) switch
                    {
                        0 => TinyEngine.Greedy,
                        1 => new Sampling(0.9, 0.95, 40, (ulong)index, 0.3, 0.1),
                        2 => new Sampling(1.1, 1, 0, (ulong)index, 0, 0) { RepetitionPenalty = 1.2, MinP = 0.01 },
                        _ => new Sampling(1, 1, 0, (ulong)index, 0, 0),
                    },
                    TinyEngine.NoStops,
                    index % 3 == 0 ? 3 : null
                )),
        ];

    private async Task<List<(int[] Tokens, FinishReason Reason, List<EngineEvent.Token> Events)>> AloneAsync(
        GenerationRequest[] requests
    )
    {
        using var engine = await _model.StartAsync(slots: 1, reuses: false);
        var answers = new List<(int[], FinishReason, List<EngineEvent.Token>)>();
        foreach (var request in requests)
        {
            answers.Add(await TinyEngine.RunAsync(engine, request));
        }

        return answers;
    }

    private static async Task<List<float>> ScoresAsync(Sequence sequence)
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        var scores = new List<float>();
        await foreach (var next in sequence.Events.ReadAllAsync(bound.Token))
        {
            if (next is EngineEvent.Scored scored)
            {
                scores.AddRange(scored.Tokens.Select(token => token.Logprob));
            }
        }

        return scores;
    }

    private static double Count(EngineMetrics metrics, string name) =>
        double.Parse(
            metrics
                .Write()
                .Split('\n')
                .Single(line => line.StartsWith(name + "{", StringComparison.Ordinal))
                .Split(' ')[^1],
            CultureInfo.InvariantCulture
        );
}
