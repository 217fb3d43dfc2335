using System.Diagnostics;
using System.Globalization;
using GemmaInference.Engine.Drawing;
using GemmaInference.Engine.Graphs;
using GemmaInference.Model;
using GemmaInference.Model.Packed;
using GemmaInference.Torch;
using GemmaInference.Torch.Graphs;

namespace Benchmarks.Inference;

/// <summary>
/// Measures the time per step of random models in the shapes of 2B and 7B at batch 1, 8 and 32 in bfloat16, with and
/// without graphs and the one call of attention, beside what reading the weights takes at the bandwidth of a copy that
/// is measured here, and at that of the data sheet (GEMMA_GPU_BANDWIDTH in GB/s). On a CPU it rehearses with a model
/// that is tiny, so that the script is known to run.
/// </summary>
internal static class GpuDecode
{
    private const int Steps = 64;
    private const int WarmUp = 8;
    private const int Prompt = 128;
    private const int Context = 512;
    private const long CopyBytes = 1L << 30;

    private static readonly (string Name, string Config)[] Shapes =
    [
        ("gemma2-2b", """{"model_type":"gemma2"}"""),
        ("gemma3-2b", """{"model_type":"gemma3_text","max_position_embeddings":8192}"""),
        ("gemma-7b", """{"model_type":"gemma"}"""),
    ];

    private static readonly (string Name, string Config)[] Rehearsal =
    [
        (
            "tiny",
            """
            {
              "model_type": "gemma3_text", "vocab_size": 640, "hidden_size": 64, "intermediate_size": 64,
              "num_hidden_layers": 2, "num_attention_heads": 2, "num_key_value_heads": 1, "head_dim": 32,
              "max_position_embeddings": 1024
            }
            """
        ),
    ];

    public static Dictionary<string, object?> Measure(Device device, CancellationToken cancellation)
    {
        var isReal = device == Device.Cuda;
        var type = isReal ? ScalarType.BFloat16 : ScalarType.Float32;
        var copied = Copied(device, isReal ? CopyBytes : CopyBytes >> 6);
        var packed = FlashAttention.Open(type, device, out var packedTrouble);
        var rounds = new List<Dictionary<string, object?>>();
        foreach (var (name, config) in isReal ? Shapes : Rehearsal)
        {
            foreach (var attention in packed is null ? [null] : new IPackedAttention?[] { null, packed })
            {
                using var model = RandomModel.Make(
                    GemmaConfigReader.Read(config, name),
                    Context,
                    type,
                    device,
                    packed: attention
                );
                foreach (var batch in new[] { 1, 8, 32 })
                {
                    cancellation.ThrowIfCancellationRequested();
                    using var cache = model.NewCache(batch);
                    rounds.Add(One(name, attention is not null, model, cache, copied));
                }
            }
        }

        return new Dictionary<string, object?>
        {
            ["isRehearsal"] = !isReal,
            ["copiedGigabytesPerSecond"] = Math.Round(copied, 1),
            ["packedAttention"] = packedTrouble ?? "used",
            ["rounds"] = rounds,
        };
    }

    private static Dictionary<string, object?> One(
        string name,
        bool isPacked,
        GemmaModel model,
        KvCache cache,
        double copied
    )
    {
        var usual = Time(Usual);
        double? recorded = null;
        long? launches = null;
        if (GraphSupport.Open(model.Device, out var trouble) is { } device)
        {
            using var graphs = new DecodeGraphs(model, cache, device, new GraphMemory(() => long.MaxValue, 0));
            DrawSettings[] greedy =
            [
                .. Enumerable.Repeat(new DrawSettings(RowDraw.Greedy, 1, float.MaxValue, 1, 0, 0), cache.Slots),
            ];
            recorded = Time(step => trouble ??= graphs.Choose(Rows(step), greedy) is null ? graphs.Trouble : null);
            launches = device.Launches;
            // Steps that weren't computed take no time: they are no measurement.
            (recorded, launches) = trouble is null ? (recorded, launches) : (null, null);
        }

        var best = Math.Min(usual, recorded ?? usual);
        return new Dictionary<string, object?>
        {
            ["model"] = name,
            ["batch"] = cache.Slots,
            ["packedAttention"] = isPacked && model.IsPacked,
            ["millisecondsPerStep"] = Math.Round(usual, 3),
            ["millisecondsPerStepWithGraphs"] = recorded is { } time ? Math.Round(time, 3) : null,
            ["launchesPerStep"] = launches,
            ["launchesPerStepWithGraphs"] = recorded is null ? null : 1,
            ["graphs"] = trouble ?? "used",
            ["percentOfCopy"] = Percent(copied),
            ["percentOfDataSheet"] = double.TryParse(
                Environment.GetEnvironmentVariable("GEMMA_GPU_BANDWIDTH"),
                CultureInfo.InvariantCulture,
                out var sheet
            )
                ? Percent(sheet)
                : null,
        };

        double Percent(double gigabytesPerSecond) =>
            Math.Round(100 * model.Weights.Bytes / gigabytesPerSecond / 1e6 / best, 1);

        StepRow[] Rows(int step) =>
            [
                .. Enumerable
                    .Range(0, cache.Slots)
                    .Select(slot => new StepRow(slot, Prompt + step, new[] { slot + step })),
            ];

        void Usual(int step)
        {
            using var scope = TensorScope.Open();
            model.Run(cache, model.Plan(cache, Rows(step))).ArgMax().ToArray<long>();
        }
    }

    /// <summary>
    /// Returns milliseconds per step. The first ones, in which libraries set up and graphs are recorded, don't count.
    /// </summary>
    private static double Time(Action<int> step)
    {
        for (var i = 0; i < WarmUp; i++)
        {
            step(i);
        }

        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < Steps; i++)
        {
            step(i);
        }

        return Stopwatch.GetElapsedTime(start).TotalMilliseconds / Steps;
    }

    /// <summary>Returns how many GB a second a copy on the device reads and writes.</summary>
    private static double Copied(Device device, long bytes)
    {
        const int Rounds = 20;
        using var scope = TensorScope.Open();
        var from = Tensor.Zeros([bytes], ScalarType.UInt8, device);
        var to = Tensor.Zeros([bytes], ScalarType.UInt8, device);
        Round();
        var start = Stopwatch.GetTimestamp();
        for (var round = 0; round < Rounds; round++)
        {
            to.CopyFrom(from);
        }

        Wait();
        return 2.0 * bytes * Rounds / Stopwatch.GetElapsedTime(start).TotalSeconds / 1e9;

        void Round()
        {
            to.CopyFrom(from);
            Wait();
        }

        void Wait() => to.Narrow(0, 0, 1).ToArray<byte>();
    }
}
