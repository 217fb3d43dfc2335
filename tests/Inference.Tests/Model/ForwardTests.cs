using System.Buffers.Binary;
using System.Text;
using GemmaInference.Model;
using GemmaInference.Model.Matrices;
using GemmaInference.Torch;

namespace Inference.Tests.Model;

[TestFixture]
internal sealed class ForwardTests
{
    private const double Tolerance = 1e-5;

    [Test]
    public void Every_row_of_a_prefill_equals_the_reference([Range(0, 5)] int index)
    {
        var golden = GoldenModel.All[index];
        using var model = golden.Load();
        using var cache = model.NewCache(1);
        foreach (var sequence in golden.Sequences)
        {
            using var logits = model.Prefill(cache, 0, 0, sequence.Tokens, everyRow: true);
            Assert.That(GoldenModel.Worst(logits, sequence.Logits), Is.LessThan(Tolerance));
        }
    }

    [Test]
    public void A_prefill_in_chunks_equals_one_in_a_piece([Range(0, 5)] int index)
    {
        var golden = GoldenModel.All[index];
        using var model = golden.Load();
        using var cache = model.NewCache(2);
        var sequence = golden.Sequences[0];
        for (var start = 0; start < sequence.Tokens.Length; start += 5)
        {
            var chunk = sequence.Tokens.AsSpan(start, Math.Min(5, sequence.Tokens.Length - start));
            using var logits = model.Prefill(cache, 1, start, chunk, everyRow: true);
            Assert.That(
                GoldenModel.Worst(logits, sequence.Logits[start..(start + chunk.Length)]),
                Is.LessThan(Tolerance)
            );
        }
    }

    [Test]
    public void A_batch_of_different_lengths_decodes_as_the_reference_does(
        [Range(0, 5)] int index,
        [Values("5,0,3", "2,3,4", "4,2,3")] string places
    )
    {
        var golden = GoldenModel.All[index];
        using var model = golden.Load();
        using var cache = model.NewCache(6);
        var slots = places.Split(',').Select(int.Parse).ToArray();
        var rows = golden.Sequences.Zip(slots).Select(pair => (Sequence: pair.First, Slot: pair.Second)).ToList();
        var reached = new int[rows.Count];
        for (var row = 0; row < rows.Count; row++)
        {
            reached[row] = 2 + row;
            model.Prefill(cache, rows[row].Slot, 0, rows[row].Sequence.Tokens.AsSpan(0, reached[row])).Dispose();
        }

        while (true)
        {
            var live = Enumerable
                .Range(0, rows.Count)
                .Where(row => reached[row] < rows[row].Sequence.Tokens.Length)
                .ToArray();
            if (live.Length == 0)
            {
                break;
            }

            int[] tokens = [.. live.Select(row => rows[row].Sequence.Tokens[reached[row]])];
            using var logits = model.Decode(
                cache,
                [.. live.Select(row => rows[row].Slot)],
                [.. live.Select(row => reached[row])],
                tokens
            );
            float[][] expected = [.. live.Select(row => rows[row].Sequence.Logits[reached[row]])];
            Assert.That(GoldenModel.Worst(logits, expected), Is.LessThan(Tolerance));
            foreach (var row in live)
            {
                reached[row]++;
            }
        }
    }

    [TestCaseSource(nameof(Mutations))]
    public void A_wrong_setting_is_seen_in_the_logits(int index, Func<GemmaConfig, GemmaConfig> mutate)
    {
        var golden = GoldenModel.All[index];
        using var model = golden.Load(mutate);
        using var cache = model.NewCache(1);
        using var logits = model.Prefill(cache, 0, 0, golden.Sequences[0].Tokens, everyRow: true);
        Assert.That(GoldenModel.Worst(logits, golden.Sequences[0].Logits), Is.GreaterThan(20 * Tolerance));
    }

    [Test]
    public void Half_precision_stays_near_the_reference([Range(0, 5)] int index, [Values] bool brain)
    {
        var golden = GoldenModel.All[index];
        using var model = golden.Load(type: brain ? ScalarType.BFloat16 : ScalarType.Float16);
        using var cache = model.NewCache(1);
        using var logits = model.Prefill(cache, 0, 0, golden.Sequences[0].Tokens, everyRow: true);
        var spread = golden.Sequences[0].Logits.Max(row => row.Max(Math.Abs));
        Assert.That(GoldenModel.Worst(logits, golden.Sequences[0].Logits), Is.LessThan(spread * (brain ? 0.1 : 0.02)));
    }

    /// <summary>Of weights without any pattern, the hardest kind; those of 4 bits that don't fit have 8.</summary>
    [Test]
    public void Quantised_weights_stay_near_the_reference(
        [Range(0, 5)] int index,
        [Values(Quantization.Int8, Quantization.Int4)] Quantization quantization,
        [Values(ScalarType.Float32, ScalarType.BFloat16)] ScalarType type
    )
    {
        var golden = GoldenModel.All[index];
        using var model = golden.Load(type: type, quantization: quantization);
        using var cache = model.NewCache(1);
        using var logits = model.Prefill(cache, 0, 0, golden.Sequences[0].Tokens, everyRow: true);
        var spread = golden.Sequences[0].Logits.Max(row => row.Max(Math.Abs));
        var worst = GoldenModel.Worst(logits, golden.Sequences[0].Logits);
        TestContext.Out.WriteLine($"{worst:F4} of {spread:F2}");
        Assert.That(worst, Is.InRange(1e-4, spread * (quantization == Quantization.Int8 ? 0.1 : 0.35)));
    }

    [TestCase("language_model.model.")]
    [TestCase("model.language_model.")]
    [TestCase("", Description = "as the class of the text model alone saves it")]
    public void The_text_part_of_a_checkpoint_runs_without_the_rest(string prefix)
    {
        var golden = GoldenModel.All[2];
        var config = GemmaConfigReader.Read(golden.Config.GetRawText(), "config.json");
        using var scratch = new ScratchDirectory();
        HashedWeights.Write(config, scratch["plain"]);
        var bytes = File.ReadAllBytes(scratch["plain"]);
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        var header = Encoding.UTF8.GetString(bytes, 8, length);
        var data = bytes[(8 + length)..];
        header =
            header.Replace("\"model.", $"\"{prefix}")[..^1]
            + ",\"vision_tower.position_ids\":{\"dtype\":\"I64\",\"shape\":[1],"
            + $"\"data_offsets\":[{data.Length},{data.Length + 8}]}}}}";
        var renamed = Encoding.UTF8.GetBytes(header);
        var size = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(size, renamed.Length);
        File.WriteAllBytes(scratch["model.safetensors"], [.. size, .. renamed, .. data, .. new byte[8]]);
        using var checkpoint = Checkpoint.Open(scratch.Path);
        using var model = new GemmaModel(
            config,
            WeightLoader.Load(config, checkpoint, ScalarType.Float32, Device.Cpu),
            64,
            ScalarType.Float32,
            Device.Cpu
        );
        using var cache = model.NewCache(1);
        using var logits = model.Prefill(cache, 0, 0, golden.Sequences[0].Tokens, everyRow: true);
        Assert.That(GoldenModel.Worst(logits, golden.Sequences[0].Logits), Is.LessThan(Tolerance));
    }

    /// <summary>A cap that nothing reaches changes nothing, whichever scale the queries have.</summary>
    [Test]
    public void A_wide_cap_of_attention_is_none([Values(1, 2)] int index)
    {
        var golden = GoldenModel.All[index];
        var rows = new List<float[]>();
        foreach (var cap in (double?[])[null, 1e4])
        {
            using var model = golden.Load(c => c with { AttentionCap = cap, QueryPreAttentionScalar = 4 * c.HeadDim });
            using var cache = model.NewCache(1);
            using var logits = model.Prefill(cache, 0, 0, golden.Sequences[0].Tokens, everyRow: true);
            rows.Add(logits.ToArray<float>());
        }

        Assert.That(rows[0].Zip(rows[1]).Max(pair => Math.Abs(pair.First - pair.Second)), Is.LessThan(1e-4));
    }

    [Test]
    public void A_thousand_steps_leave_no_tensor_behind([Range(2, 5)] int index)
    {
        using var model = GoldenModel.All[index].Load();
        using var cache = model.NewCache(2);
        model.Prefill(cache, 1, 0, [1, 2, 3]).Dispose();
        var before = Tensor.Live;
        for (var step = 0; step < 1000; step++)
        {
            model.Decode(cache, [1], [3 + (step % 40)], [5]).Dispose();
        }

        Assert.That(Tensor.Live - before, Is.Zero);
    }

    private static IEnumerable<TestCaseData> Mutations()
    {
        (string, int, Func<GemmaConfig, GemmaConfig>)[] all =
        [
            ("window", 1, config => config with { SlidingWindow = config.SlidingWindow + 1 }),
            ("window of Gemma 3", 2, config => config with { SlidingWindow = config.SlidingWindow - 1 }),
            ("layer pattern of Gemma 2", 1, config => config with { Sliding = [.. config.Sliding.Reverse()] }),
            ("layer pattern", 2, config => config with { Sliding = [.. config.Sliding.Reverse()] }),
            ("attention cap", 1, config => config with { AttentionCap = null }),
            ("size of the attention cap", 1, config => config with { AttentionCap = 2.1 }),
            ("final cap", 1, config => config with { FinalCap = 3.1 }),
            ("no final cap", 1, config => config with { FinalCap = null }),
            ("theta", 0, config => config with { GlobalRope = new(510, 1), LocalRope = new(510, 1) }),
            ("theta of Gemma 2", 1, config => config with { GlobalRope = new(710, 1), LocalRope = new(710, 1) }),
            ("global theta", 2, config => config with { GlobalRope = config.GlobalRope with { Theta = 9300 } }),
            ("local theta", 2, config => config with { LocalRope = new(310, 1) }),
            ("rope factor", 2, config => config with { GlobalRope = config.GlobalRope with { Factor = 4.2 } }),
            ("epsilon", 0, config => config with { RmsEpsilon = 1e-6 }),
            ("epsilon of Gemma 2", 1, config => config with { RmsEpsilon = 1e-6 }),
            ("epsilon of Gemma 3", 2, config => config with { RmsEpsilon = 1e-6 }),
            ("query scale of Gemma 1", 0, config => config with { QueryPreAttentionScalar = 9 }),
            ("query scale", 1, config => config with { QueryPreAttentionScalar = 8 }),
            ("query scale of Gemma 3", 2, config => config with { QueryPreAttentionScalar = 8 }),
            ("generation", 2, config => config with { Generation = Generation.Gemma2 }),
            ("window of Gemma 4", 3, config => config with { SlidingWindow = config.SlidingWindow + 1 }),
            ("rotated part", 3, config => config with { GlobalRope = config.GlobalRope with { Part = 0.5 } }),
            ("local theta of Gemma 4", 3, config => config with { LocalRope = new(30, 1) }),
            ("epsilon of Gemma 4", 4, config => config with { RmsEpsilon = 1e-6 }),
            ("final cap of Gemma 4", 4, config => config with { FinalCap = 3.1 }),
            ("chosen experts", 5, config => config with { Experts = config.Experts! with { Chosen = 3 } }),
        ];
        return all.Select(item => new TestCaseData(item.Item2, item.Item3).SetArgDisplayNames(item.Item1));
    }
}
