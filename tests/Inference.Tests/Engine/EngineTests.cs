using GemmaInference.Engine;
using GemmaInference.Torch;

namespace Inference.Tests.Engine;

[TestFixture]
internal sealed class EngineTests
{
    private readonly TinyEngine _model = new();

    [OneTimeTearDown]
    public void Remove() => _model.Dispose();

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
                        0 => TinyEngine.Greedy,
                        1 => new Sampling(0.9, 0.95, 40, (ulong)index, 0.3, 0.1),
                        _ => new Sampling(1, 1, 0, (ulong)index, 0, 0),
                    },
                    TinyEngine.NoStops,
                    null
                )),
        ];
        using var engine = await _model.StartAsync(slots: 4, prefill: 64);
        var alone = new List<int[]>();
        foreach (var request in requests)
        {
            alone.Add((await TinyEngine.RunAsync(engine, request)).Tokens);
        }

        Assert.That(engine.TrySubmit(requests, out var together), Is.EqualTo(Submission.Accepted));
        var batched = await Task.WhenAll(together.Select(TinyEngine.ReadAsync));
        for (var index = 0; index < requests.Length; index++)
        {
            Assert.That(batched[index].Tokens, Is.EqualTo(alone[index]));
            Assert.That(batched[index].Reason, Is.EqualTo(FinishReason.Length));
        }
    }

    [Test]
    public async Task A_long_prompt_does_not_keep_others_from_their_tokens()
    {
        using var engine = await _model.StartAsync(slots: 2, prefill: 16);
        engine.TrySubmit([new([2, 40], 300, TinyEngine.Greedy, TinyEngine.NoStops, null)], out var running);
        await running[0].Events.WaitToReadAsync();
        var before = running[0].Generated;
        // 480 tokens are read in 30 steps, and each of them also decodes.
        engine.TrySubmit(
            [new([2, .. Enumerable.Repeat(41, 479)], 1, TinyEngine.Greedy, TinyEngine.NoStops, null)],
            out var longer
        );
        await longer[0].Events.WaitToReadAsync();
        Assert.That(running[0].Generated - before, Is.GreaterThanOrEqualTo(29));
        running[0].Cancel();
    }

    [Test]
    public async Task Those_who_wait_are_served_in_their_order()
    {
        using var engine = await _model.StartAsync(slots: 1);
        engine.TrySubmit(
            [
                .. Enumerable
                    .Range(0, 5)
                    .Select(index => new GenerationRequest(
                        [2, 40 + index],
                        5,
                        TinyEngine.Greedy,
                        TinyEngine.NoStops,
                        null
                    )),
            ],
            out var all
        );
        for (var index = 0; index < 4; index++)
        {
            await TinyEngine.ReadAsync(all[index]);
            Assert.That(all.Skip(index + 2).All(later => later.Generated == 0), "nobody overtakes");
        }
    }

    [Test]
    public async Task A_cancelled_sequence_frees_its_slot_for_the_next()
    {
        using var engine = await _model.StartAsync(slots: 1);
        engine.TrySubmit(
            [
                new([2, 40], 400, TinyEngine.Greedy, TinyEngine.NoStops, null),
                new([2, 41], 3, TinyEngine.Greedy, TinyEngine.NoStops, null),
            ],
            out var both
        );
        await both[0].Events.WaitToReadAsync();
        both[0].Cancel();
        Assert.That((await TinyEngine.ReadAsync(both[1])).Tokens, Has.Length.EqualTo(3));
        Assert.That((await TinyEngine.ReadAsync(both[0])).Reason, Is.EqualTo(FinishReason.Cancelled));
    }

    [Test]
    public async Task A_full_queue_refuses_all_choices_of_a_request_or_none()
    {
        using var engine = await _model.StartAsync(slots: 1, queue: 2);
        GenerationRequest one = new([2, 40], 400, TinyEngine.Greedy, TinyEngine.NoStops, null);
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
        using var engine = await _model.StartAsync(slots: 2);
        GenerationRequest one = new([2, 40], 50, TinyEngine.Greedy, TinyEngine.NoStops, null);
        engine.TrySubmit([one, one, one], out var three);
        var drained = engine.DrainAsync();
        Assert.That(engine.TrySubmit([one], out _), Is.EqualTo(Submission.Draining));
        await drained.WaitAsync(TimeSpan.FromSeconds(20));
        foreach (var sequence in three)
        {
            Assert.That((await TinyEngine.ReadAsync(sequence)).Tokens, Has.Length.EqualTo(50));
        }
    }

    [Test]
    public async Task A_device_error_fails_the_running_and_the_health()
    {
        using var engine = await _model.StartAsync();
        engine.TrySubmit([new([2, 40], 400, TinyEngine.Greedy, TinyEngine.NoStops, null)], out var running);
        // An id beyond the vocabulary fails inside libtorch, as a broken device would.
        engine.TrySubmit([new([2, 1_000_000], 4, TinyEngine.Greedy, TinyEngine.NoStops, null)], out var poison);
        await poison[0]
            .Events.Completion.ContinueWith(_ => { }, TaskScheduler.Default)
            .WaitAsync(TimeSpan.FromSeconds(20));
        Assert.That(async () => await TinyEngine.ReadAsync(running[0]), Throws.Exception);
        Assert.That(engine.IsHealthy, Is.False);
        Assert.That(
            engine.TrySubmit([new([2], 4, TinyEngine.Greedy, TinyEngine.NoStops, null)], out _),
            Is.EqualTo(Submission.NotReady)
        );
    }

    [Test]
    public async Task Two_thousand_sequences_leave_memory_flat()
    {
        using var engine = await _model.StartAsync(slots: 8, queue: 100);
        GenerationRequest one = new([2, 40, 41], 4, new Sampling(1, 0.9, 0, 3, 0.1, 0.1), TinyEngine.NoStops, 1);
        await RoundAsync();
        var (tensors, bytes) = (Tensor.Live, Settled());
        for (var round = 0; round < 19; round++)
        {
            await RoundAsync();
        }

        // One tensor or one kilobyte kept per sequence would be 1,900 of them.
        Assert.That(Tensor.Live - tensors, Is.LessThan(20));
        Assert.That(Settled() - bytes, Is.LessThan(1 << 20));

        async Task RoundAsync()
        {
            Assert.That(
                engine.TrySubmit([.. Enumerable.Repeat(one, 100)], out var all),
                Is.EqualTo(Submission.Accepted)
            );
            foreach (var sequence in all)
            {
                await TinyEngine.ReadAsync(sequence);
            }
        }

        static long Settled() => GC.GetTotalMemory(forceFullCollection: true);
    }
}
