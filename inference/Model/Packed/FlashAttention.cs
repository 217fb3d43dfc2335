using GemmaInference.Torch;

namespace GemmaInference.Model.Packed;

/// <summary>
/// Calls libtorch's flash attention, of which there is one on GPUs alone. Its schema is the same in 2.10 and 2.11; 2.12
/// added arguments behind those that are given here.
/// </summary>
internal sealed class FlashAttention : IPackedAttention
{
    /// <summary>Its kernels know no larger heads, and only multiples of 8.</summary>
    private const int LargestHead = 256;

    private const int Results = 5;

    /// <summary>Bounds what bfloat16 rounds off numbers near 1.</summary>
    private const float Tolerance = 0.05f;

    private static readonly Operator Forward = new("aten::_flash_attention_forward");

    private FlashAttention() { }

    /// <summary>Gets one that wasn't tried, for tests of how it is called.</summary>
    internal static FlashAttention Unproved { get; } = new();

    /// <summary>Tries it on a few numbers; returns null where it can't be used, and why.</summary>
    public static FlashAttention? Open(ScalarType type, Device device, out string? trouble)
    {
        trouble =
            device != Device.Cuda ? "it computes on a CPU"
            : type is not (ScalarType.BFloat16 or ScalarType.Float16)
                ? $"it knows no {type.ToString().ToLowerInvariant()}"
            : Trouble(Unproved, type, device);
        return trouble is null ? Unproved : null;
    }

    public bool Fits(int headDim) => headDim <= LargestHead && headDim % 8 == 0;

    public Tensor Run(Tensor queries, Tensor keys, Tensor values, PackedCall call, double scale)
    {
        var window = call.Window is { } seen ? Argument.Maybe(seen - 1L) : Argument.None;
        return Arena.Current.Adopt(
            Dispatcher.CallForFirst(
                Forward,
                Results,
                queries,
                keys,
                values,
                Argument.Maybe(call.QueryStarts),
                Argument.Maybe(call.KeyStarts),
                call.MostQueries,
                call.MostKeys,
                0.0,
                call.IsCausal,
                false,
                Argument.Maybe(scale),
                window,
                call.Window is null ? Argument.None
                    : call.IsCausal ? Argument.Maybe(0L)
                    : window,
                Argument.Maybe(call.Used),
                Argument.None
            ),
            queries.Device
        );
    }

    /// <summary>
    /// Compares it with the attention that is always there, on two sequences that lie apart in the cache and have
    /// different lengths: what doesn't take lengths and starts as meant gives other numbers. Heads are the largest, for
    /// which a GPU may have too little memory on its chip, and there is a window or none, which other kernels compute.
    /// </summary>
    internal static string? Trouble(IPackedAttention attention, ScalarType type, Device device)
    {
        // So many keys that what a sequence has is split over the GPU, as it is with a long context.
        const int Dim = LargestHead,
            Rows = 32,
            MostKeys = 4096;
        const double Scale = 0.125;
        int[] starts = [16, 0],
            used = [5, 9];
        try
        {
            using var scope = TensorScope.Open();
            var numbers = Enumerable.Range(0, Rows * 2 * Dim).Select(i => MathF.Sin(i * 0.37f) / 2).ToArray();
            var keys = Tensor.Of(numbers, device).View(Rows, 2, Dim).To(type);
            var values = Tensor.Of([.. numbers.Select(x => x + 0.25f)], device).View(Rows, 2, Dim).To(type);
            var queries = Tensor.Of(numbers.AsSpan(0, 2 * 4 * Dim), device).View(2, 4, Dim).To(type);
            foreach (var window in new int?[] { 4, null })
            {
                var call = new PackedCall(Ints(0, 1, 2), Ints(16, 0, 0), Ints(5, 9), 1, MostKeys, window, true);
                var mixed = attention.Run(queries, keys, values, call, Scale).To(ScalarType.Float32).ToArray<float>();
                for (var row = 0; row < used.Length; row++)
                {
                    var length = Math.Min(used[row], window ?? used[row]);
                    var first = starts[row] + used[row] - length;
                    var expected = queries
                        .Narrow(0, row, 1)
                        .View(1, 2, 2, Dim)
                        .Attention(
                            keys.Narrow(0, first, length).Permute(1, 0, 2).Unsqueeze(0),
                            values.Narrow(0, first, length).Permute(1, 0, 2).Unsqueeze(0),
                            null,
                            Scale
                        )
                        .To(ScalarType.Float32)
                        .ToArray<float>();
                    for (var i = 0; i < expected.Length; i++)
                    {
                        if (!(MathF.Abs(expected[i] - mixed[(row * expected.Length) + i]) < Tolerance))
                        {
                            return "its numbers are others than those of the usual attention";
                        }
                    }
                }
            }

            return null;
        }
        catch (TorchException cause)
        {
            return cause.Message;
        }

        Tensor Ints(params ReadOnlySpan<long> values) => Tensor.Of(values, device).To(ScalarType.Int32);
    }
}
