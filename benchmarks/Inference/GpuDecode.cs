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
    private const int Prompt = 128;
    private const int Context = 512;
    private const long CopyBytes = 1L << 30;

    public static Dictionary<string, object?> Measure(Device device, CancellationToken cancellation)
    {
        var isReal = device == Device.Cuda;
        var type = isReal ? ScalarType.BFloat16 : ScalarType.Float32;
        var copied = DeviceCopy.Speed(device, isReal ? CopyBytes : CopyBytes >> 6);
        var packed = FlashAttention.Open(type, device, out var packedTrouble);
        var rounds = new List<Dictionary<string, object?>>();
        foreach (var (name, config) in isReal ? GpuShapes.Measured : GpuShapes.Rehearsal)
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
        var usual = StepTime.Of(Usual);
        double? recorded = null;
        long? launches = null;
        if (GraphSupport.Open(model.Device, out var trouble) is { } device)
        {
            using var graphs = new DecodeGraphs(model, cache, device, new GraphMemory(() => long.MaxValue, 0));
            DrawSettings[] greedy =
            [
                .. Enumerable.Repeat(new DrawSettings(RowDraw.Greedy, 1, float.MaxValue, 1, 0, 0), cache.Slots),
            ];
            recorded = StepTime.Of(step =>
                trouble ??= graphs.Choose(Rows(step), greedy) is null ? graphs.Trouble : null
            );
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
}
