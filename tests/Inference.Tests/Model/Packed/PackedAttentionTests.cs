using GemmaInference.Model;
using GemmaInference.Model.Packed;
using GemmaInference.Torch;

namespace Inference.Tests.Model.Packed;

/// <summary>One call of attention for all sequences of a step, each with its own length and window.</summary>
internal sealed class PackedAttentionTests
{
    [Test]
    public void One_call_for_chunks_and_single_tokens_equals_the_reference(
        [Range(0, 5)] int index,
        [Values("0,1,2", "4,0,3")] string places,
        [Values(1, 2, 5, 64)] int chunk
    )
    {
        var golden = GoldenModel.All[index];
        var attention = new RowByRow();
        using var model = golden.Load(packed: attention);
        using var cache = model.NewCache(5, chunk);
        int[] slots = [.. places.Split(',').Select(int.Parse)];
        var reached = new int[slots.Length];
        var random = new Random(index + chunk);
        for (var step = 0; reached.Index().Any(row => row.Item < golden.Sequences[row.Index].Tokens.Length); step++)
        {
            int[] live =
            [
                .. Enumerable.Range(0, slots.Length).Where(row => reached[row] < golden.Sequences[row].Tokens.Length),
            ];
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
            float[][] expected =
            [
                .. live.Zip(rows)
                    .SelectMany(pair =>
                        golden.Sequences[pair.First].Logits.Skip(pair.Second.Start).Take(pair.Second.Count)
                    ),
            ];
            Assert.That(GoldenModel.Worst(logits, expected), Is.LessThan(1e-5));
            foreach (var (row, own) in live.Zip(rows))
            {
                reached[row] += own.Count;
            }
        }

        // Gemma 2 has a soft cap, which no such call knows.
        Assert.That(attention.Calls > 0, Is.EqualTo(model.Config.AttentionCap is null));
    }

    [Test]
    public void What_another_slot_holds_can_be_gone_on_with([Range(0, 5)] int index)
    {
        var golden = GoldenModel.All[index];
        using var model = golden.Load(packed: new RowByRow());
        using var cache = model.NewCache(3, 3);
        var sequence = golden.Sequences[0];
        for (var at = 0; at < 9; at += 3)
        {
            model.Prefill(cache, 2, at, sequence.Tokens.AsSpan(at, 3)).Dispose();
        }

        cache.CopySlot(2, 0, 9);
        using var logits = model.Prefill(cache, 0, 9, sequence.Tokens.AsSpan(9, 3), everyRow: true);
        Assert.That(GoldenModel.Worst(logits, sequence.Logits[9..12]), Is.LessThan(1e-5));
    }

    [Test]
    public void The_trial_takes_what_computes_right_and_names_what_does_not()
    {
        Assert.That(FlashAttention.Trouble(new RowByRow(), ScalarType.Float32, Device.Cpu), Is.Null);
        Assert.That(
            FlashAttention.Trouble(new Deaf(), ScalarType.Float32, Device.Cpu),
            Is.EqualTo("its numbers are others than those of the usual attention")
        );
    }

    /// <summary>
    /// libtorch's dispatcher reads the arguments by its schema and finds no kernel for a CPU: had one another type, or
    /// were there one too few, it would say that instead.
    /// </summary>
    [Test]
    public void Arguments_fit_the_schema_of_this_libtorch()
    {
        Assert.That(FlashAttention.Open(ScalarType.BFloat16, Device.Cpu, out var trouble), Is.Null);
        Assert.That(trouble, Is.EqualTo("it computes on a CPU"));
        using var scope = TensorScope.Open();
        var before = Tensor.Live;
        Assert.That(
            FlashAttention.Trouble(FlashAttention.Unproved, ScalarType.BFloat16, Device.Cpu),
            Does.StartWith("aten::_flash_attention_forward: ")
                .And.Contain("Could not run 'aten::_flash_attention_forward' with arguments from the 'CPU' backend")
        );
        Assert.That(Tensor.Live, Is.EqualTo(before));
    }

    /// <summary>Doesn't hear where sequences start.</summary>
    private sealed class Deaf : IPackedAttention
    {
        public bool Fits(int headDim) => true;

        public Tensor Run(Tensor queries, Tensor keys, Tensor values, PackedCall call, double scale) =>
            new RowByRow().Run(
                queries,
                keys,
                values,
                call with
                {
                    KeyStarts = Tensor.Zeros([call.KeyStarts.Size(0)], ScalarType.Int32, Device.Cpu),
                },
                scale
            );
    }
}
