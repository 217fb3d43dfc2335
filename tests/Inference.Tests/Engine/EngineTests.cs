using GemmaInference.Engine;
using GemmaInference.Model;
using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp;

namespace Inference.Tests.Engine;

[TestFixture]
internal sealed class EngineTests
{
    private static readonly Sampling Greedy = new(0, 1, 0, 0, 0, 0);
    private static readonly HashSet<int> NoStops = [];
    private readonly ScratchDirectory _scratch = new();

    [OneTimeSetUp]
    public void Write() => TinyModel.Write(_scratch.Path);

    [OneTimeTearDown]
    public void Remove() => _scratch.Dispose();

    [Test]
    public async Task Alone_and_in_a_batch_a_sequence_gets_the_same_tokens()
    {
        GenerationRequest[] requests =
        [
            .. Enumerable
                .Range(0, 6)
                .Select(index => new GenerationRequest(
                    [2, .. Enumerable.Range(30, 3 + (index * 40))],
                    20 + index,
                    (index % 3) switch
                    {
                        0 => Greedy,
                        1 => new Sampling(0.9, 0.95, 40, (ulong)index, 0.3, 0.1),
                        _ => new Sampling(1, 1, 0, (ulong)index, 0, 0),
                    },
                    NoStops,
                    null
                )),
        ];
        using var engine = await StartAsync(slots: 4, prefill: 64);
        var alone = new List<int[]>();
        foreach (var request in requests)
        {
            alone.Add((await RunAsync(engine, request)).Tokens);
        }

        Assert.That(engine.TrySubmit(requests, out var together), Is.EqualTo(Submission.Accepted));
        var batched = await Task.WhenAll(together.Select(ReadAsync));
        for (var index = 0; index < requests.Length; index++)
        {
            Assert.That(batched[index].Tokens, Is.EqualTo(alone[index]));
            Assert.That(batched[index].Reason, Is.EqualTo(FinishReason.Length));
        }
    }

    [Test]
    public async Task The_same_seed_gives_the_same_tokens_and_another_gives_others()
    {
        using var engine = await StartAsync();
        GenerationRequest Seeded(ulong seed) => new([2, 40], 30, new Sampling(1, 1, 0, seed, 0, 0), NoStops, null);
        var first = await RunAsync(engine, Seeded(7));
        Assert.That((await RunAsync(engine, Seeded(7))).Tokens, Is.EqualTo(first.Tokens));
        Assert.That((await RunAsync(engine, Seeded(8))).Tokens, Is.Not.EqualTo(first.Tokens));
    }

    [Test]
    public async Task Top_k_of_one_and_a_tiny_top_p_are_greedy()
    {
        using var engine = await StartAsync();
        var greedy = await RunAsync(engine, new GenerationRequest([2, 40], 12, Greedy, NoStops, null));
        Assert.That(
            (await RunAsync(engine, new([2, 40], 12, new Sampling(1, 1, 1, 5, 0, 0), NoStops, null))).Tokens,
            Is.EqualTo(greedy.Tokens)
        );
        Assert.That(
            (await RunAsync(engine, new([2, 40], 12, new Sampling(1, 0.000001, 0, 5, 0, 0), NoStops, null))).Tokens,
            Is.EqualTo(greedy.Tokens)
        );
    }

    [Test]
    public async Task A_heavy_presence_penalty_forbids_repetition()
    {
        using var engine = await StartAsync();
        var (tokens, _, _) = await RunAsync(engine, new([2, 40], 60, new Sampling(0, 1, 0, 0, 1000, 0), NoStops, null));
        Assert.That(tokens, Is.Unique);
    }

    [Test]
    public async Task Logprobs_are_those_of_the_model_and_the_greedy_token_leads()
    {
        using var engine = await StartAsync();
        var (_, _, events) = await RunAsync(engine, new([2, 40], 5, Greedy, NoStops, 3));
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
        using var engine = await StartAsync();
        var free = await RunAsync(engine, new([2, 40], 10, Greedy, NoStops, null));
        var stop = free.Tokens[3];
        var (tokens, reason, _) = await RunAsync(engine, new([2, 40], 10, Greedy, new HashSet<int> { stop }, null));
        Assert.That(reason, Is.EqualTo(FinishReason.Stop));
        Assert.That(tokens, Is.EqualTo(free.Tokens.TakeWhile(token => token != stop)));
    }

    [Test]
    public async Task A_temperature_next_to_nothing_is_greedy()
    {
        using var engine = await StartAsync();
        var greedy = await RunAsync(engine, new([2, 40], 12, Greedy, NoStops, null));
        Assert.That(
            (await RunAsync(engine, new([2, 40], 12, new Sampling(1e-50, 1, 0, 5, 0, 0), NoStops, null))).Tokens,
            Is.EqualTo(greedy.Tokens)
        );
        Assert.That(
            (await RunAsync(engine, new([2, 40], 12, new Sampling(1e-50, 0.9, 7, 5, 0, 0), NoStops, null))).Tokens,
            Is.EqualTo(greedy.Tokens)
        );
    }

    [Test]
    public async Task A_long_prompt_does_not_keep_others_from_their_tokens()
    {
        using var engine = await StartAsync(slots: 2, prefill: 16);
        engine.TrySubmit([new([2, 40], 300, Greedy, NoStops, null)], out var running);
        await running[0].Events.WaitToReadAsync();
        var before = running[0].Generated;
        // 480 tokens are read in 30 steps, and each of them also decodes.
        engine.TrySubmit([new([2, .. Enumerable.Repeat(41, 479)], 1, Greedy, NoStops, null)], out var longer);
        await longer[0].Events.WaitToReadAsync();
        Assert.That(running[0].Generated - before, Is.GreaterThanOrEqualTo(29));
        running[0].Cancel();
    }

    [Test]
    public async Task Those_who_wait_are_served_in_their_order()
    {
        using var engine = await StartAsync(slots: 1);
        engine.TrySubmit(
            [
                .. Enumerable
                    .Range(0, 5)
                    .Select(index => new GenerationRequest([2, 40 + index], 5, Greedy, NoStops, null)),
            ],
            out var all
        );
        for (var index = 0; index < 4; index++)
        {
            await ReadAsync(all[index]);
            Assert.That(all.Skip(index + 2).All(later => later.Generated == 0), "nobody overtakes");
        }
    }

    [Test]
    public async Task A_cancelled_sequence_frees_its_slot_for_the_next()
    {
        using var engine = await StartAsync(slots: 1);
        engine.TrySubmit(
            [new([2, 40], 400, Greedy, NoStops, null), new([2, 41], 3, Greedy, NoStops, null)],
            out var both
        );
        await both[0].Events.WaitToReadAsync();
        both[0].Cancel();
        Assert.That((await ReadAsync(both[1])).Tokens, Has.Length.EqualTo(3));
        Assert.That((await ReadAsync(both[0])).Reason, Is.EqualTo(FinishReason.Cancelled));
    }

    [Test]
    public async Task A_full_queue_refuses_all_choices_of_a_request_or_none()
    {
        using var engine = await StartAsync(slots: 1, queue: 2);
        GenerationRequest one = new([2, 40], 400, Greedy, NoStops, null);
        Assert.That(engine.TrySubmit([one, one, one], out var none), Is.EqualTo(Submission.QueueFull));
        Assert.That(none, Is.Empty);
        Assert.That(engine.TrySubmit([one, one], out var pair), Is.EqualTo(Submission.Accepted));
        foreach (var sequence in pair)
        {
            sequence.Cancel();
        }

        Assert.That(
            engine.TrySubmit([one], out var last),
            Is.EqualTo(Submission.Accepted),
            "the cancelled ones made room"
        );
        last[0].Cancel();
    }

    [Test]
    public async Task Draining_ends_what_was_taken_and_takes_no_more()
    {
        using var engine = await StartAsync(slots: 2);
        GenerationRequest one = new([2, 40], 50, Greedy, NoStops, null);
        engine.TrySubmit([one, one, one], out var three);
        var drained = engine.DrainAsync();
        Assert.That(engine.TrySubmit([one], out _), Is.EqualTo(Submission.Draining));
        await drained.WaitAsync(TimeSpan.FromSeconds(20));
        foreach (var sequence in three)
        {
            Assert.That((await ReadAsync(sequence)).Tokens, Has.Length.EqualTo(50));
        }
    }

    [Test]
    public async Task A_device_error_fails_the_running_and_the_health()
    {
        using var engine = await StartAsync();
        engine.TrySubmit([new([2, 40], 400, Greedy, NoStops, null)], out var running);
        // An id beyond the vocabulary fails inside libtorch, as a broken device would.
        engine.TrySubmit([new([2, 1_000_000], 4, Greedy, NoStops, null)], out var poison);
        await poison[0]
            .Events.Completion.ContinueWith(_ => { }, TaskScheduler.Default)
            .WaitAsync(TimeSpan.FromSeconds(20));
        Assert.That(async () => await ReadAsync(running[0]), Throws.Exception);
        Assert.That(engine.IsHealthy, Is.False);
        Assert.That(engine.TrySubmit([new([2], 4, Greedy, NoStops, null)], out _), Is.EqualTo(Submission.NotReady));
    }

    [Test]
    public async Task Two_thousand_sequences_leave_memory_flat()
    {
        using var engine = await StartAsync(slots: 8, queue: 100);
        GenerationRequest one = new([2, 40, 41], 4, new Sampling(1, 0.9, 0, 3, 0.1, 0.1), NoStops, 1);
        await RoundAsync();
        var (tensors, bytes) = (torch.Tensor.TotalCount, Settled());
        for (var round = 0; round < 19; round++)
        {
            await RoundAsync();
        }

        // One tensor or one kilobyte kept per sequence would be 1,900 of them.
        Assert.That(torch.Tensor.TotalCount - tensors, Is.LessThan(20));
        Assert.That(Settled() - bytes, Is.LessThan(1 << 20));

        async Task RoundAsync()
        {
            Assert.That(
                engine.TrySubmit([.. Enumerable.Repeat(one, 100)], out var all),
                Is.EqualTo(Submission.Accepted)
            );
            foreach (var sequence in all)
            {
                await ReadAsync(sequence);
            }
        }

        static long Settled() => GC.GetTotalMemory(forceFullCollection: true);
    }

    [TestCase(8L << 30, 16, 16)]
    [TestCase(10L << 20, 16, 2)]
    public void Slots_are_sized_from_free_memory(long free, int most, int expected)
    {
        var config = GemmaConfigReader.ReadDirectory(_scratch.Path);
        Assert.That(CacheSize.Choose(config, free, 2, 512, most, 512), Is.EqualTo(new CacheSize(expected, 512)));
    }

    [Test]
    public void Room_is_left_for_the_scores_of_a_long_prompt()
    {
        var capped = GemmaConfigReader.Read("""{"model_type":"gemma2"}""", "config.json");
        var cacheOnly = KvCache.BytesPerSlot(capped, 8192, 2);
        var size = CacheSize.Choose(capped, 8L << 30, 2, 8192, 512, 512);
        // 512 queries of 8 heads score 8,192 keys in float32, twice, and once more in the model's type.
        Assert.That((8L << 30) - (size.Slots * cacheOnly), Is.GreaterThan(512L * 8 * 8192 * 10));
        Assert.That(size.Slots, Is.GreaterThan(1));
    }

    [Test]
    public void Memory_for_no_slot_at_all_is_an_error_that_names_the_setting()
    {
        var config = GemmaConfigReader.ReadDirectory(_scratch.Path);
        Assert.That(
            () => CacheSize.Choose(config, 1000, 2, 512, 4, 512),
            Throws.Exception.With.Message.Contains("MAX_CONTEXT")
        );
    }

    private async Task<InferenceEngine> StartAsync(int slots = 4, int queue = 64, int prefill = 512)
    {
        var engine = New(TimeProvider.System, slots, queue, prefill);
        engine.Start();
        await engine.Loaded;
        return engine;
    }

    private InferenceEngine New(TimeProvider time, int slots, int queue, int prefill) =>
        new(
            () => ModelLoader.Load(new LoadSettings(_scratch.Path, "auto", 512, slots), DeviceType.CPU),
            EngineOptions.Default with
            {
                MaxQueue = queue,
                PrefillTokens = prefill,
            },
            time,
            new EngineMetrics("tiny"),
            NullLogger<InferenceEngine>.Instance
        );

    private static Task<(int[] Tokens, FinishReason Reason, List<EngineEvent.Token> Events)> RunAsync(
        InferenceEngine engine,
        GenerationRequest request
    )
    {
        Assert.That(engine.TrySubmit([request], out var sequences), Is.EqualTo(Submission.Accepted));
        return ReadAsync(sequences[0]);
    }

    private static async Task<(int[] Tokens, FinishReason Reason, List<EngineEvent.Token> Events)> ReadAsync(
        Sequence sequence
    )
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var tokens = new List<EngineEvent.Token>();
        await foreach (var next in sequence.Events.ReadAllAsync(bound.Token))
        {
            if (next is EngineEvent.Finished end)
            {
                return ([.. tokens.Select(token => token.Id)], end.Reason, tokens);
            }

            tokens.Add((EngineEvent.Token)next);
        }

        throw new InvalidOperationException("no end came");
    }
}
