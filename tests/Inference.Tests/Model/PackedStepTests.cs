using GemmaInference.Model;

namespace Inference.Tests.Model;

/// <summary>Prompts and decodes in one pass, and sliding layers that forget, against the reference.</summary>
internal sealed class PackedStepTests
{
    private const double Tolerance = 1e-5;

    [Test]
    public void Chunks_and_single_tokens_of_one_pass_equal_the_reference(
        [Range(0, 5)] int index,
        [Values("0,1,2", "4,0,3")] string places,
        [Values(1, 2, 5, 64)] int chunk
    )
    {
        var golden = GoldenModel.All[index];
        using var model = golden.Load();
        using var cache = model.NewCache(5, chunk);
        int[] slots = [.. places.Split(',').Select(int.Parse)];
        var reached = new int[slots.Length];
        var random = new Random(index + chunk);
        while (true)
        {
            var live = Enumerable
                .Range(0, slots.Length)
                .Where(row => reached[row] < golden.Sequences[row].Tokens.Length)
                .ToList();
            if (live.Count == 0)
            {
                break;
            }

            StepRow[] rows =
            [
                .. live.Select(row =>
                {
                    var tokens = golden.Sequences[row].Tokens;
                    var count = Math.Min(random.Next(1, chunk + 1), tokens.Length - reached[row]);
                    return new StepRow(slots[row], reached[row], tokens.AsMemory(reached[row], count));
                }),
            ];
            using var logits = model.Step(cache, rows, everyRow: true);
            Assert.That(
                GoldenModel.Worst(
                    logits,
                    [
                        .. live.Zip(rows)
                            .SelectMany(pair =>
                                golden.Sequences[pair.First].Logits.Skip(pair.Second.Start).Take(pair.Second.Count)
                            ),
                    ]
                ),
                Is.LessThan(Tolerance)
            );
            foreach (var (row, step) in live.Zip(rows))
            {
                reached[row] += step.Count;
            }
        }
    }

    [Test]
    public void Sliding_layers_hold_a_window_and_a_chunk()
    {
        var config = GemmaConfigReader.Read(
            """{"model_type":"gemma3_text","num_hidden_layers":62,"num_key_value_heads":16,"head_dim":128,"num_attention_heads":32,"sliding_window":1024}""",
            "config.json"
        );
        // 52 layers slide; 10 hold all 32,768 tokens; 8 KiB are a token's keys and values of one layer.
        Assert.That(
            KvCache.BytesPerSlot(config, 32768, 512, 2),
            Is.EqualTo(8192L * ((10 * 32768) + (52 * (1023 + 512))))
        );
    }

    [Test]
    public void What_another_slot_holds_can_be_gone_on_with([Range(0, 5)] int index)
    {
        var golden = GoldenModel.All[index];
        using var model = golden.Load();
        using var cache = model.NewCache(3, 3);
        var sequence = golden.Sequences[0];
        for (var at = 0; at < 9; at += 3)
        {
            model.Prefill(cache, 2, at, sequence.Tokens.AsSpan(at, 3)).Dispose();
        }

        Assert.That(cache.CanContinue(2, 9));
        cache.CopySlot(2, 0, 9);
        // What becomes of the one is nothing to the other.
        model.Prefill(cache, 2, 9, [1, 1, 1]).Dispose();
        using var logits = model.Prefill(cache, 0, 9, sequence.Tokens.AsSpan(9, 3), everyRow: true);
        Assert.That(GoldenModel.Worst(logits, sequence.Logits[9..12]), Is.LessThan(Tolerance));
    }

    [Test]
    public void What_was_forgotten_is_never_gone_on_with()
    {
        using var model = GoldenModel.All[1].Load();
        using var cache = model.NewCache(1, 2);
        for (var at = 0; at < 20; at += 2)
        {
            model.Prefill(cache, 0, at, [1, 2]).Dispose();
        }

        Assert.That((cache.CanContinue(0, 20), cache.CanContinue(0, 4)), Is.EqualTo((true, false)));
        Assert.That(() => model.Prefill(cache, 0, 4, [1]), Throws.InvalidOperationException);
        Assert.That(() => model.Prefill(cache, 0, 20, new int[7]), Throws.InvalidOperationException);
        // A new sequence begins anew.
        Assert.That(() => model.Prefill(cache, 0, 0, [1]).Dispose(), Throws.Nothing);
    }
}
