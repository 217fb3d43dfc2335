using GemmaInference.Model.Packed;
using GemmaInference.Torch;

namespace Inference.Tests.Model.Packed;

/// <summary>
/// Computes what flash attention promises, sequence by sequence and token by token, from the same arguments: starts,
/// lengths and windows are read as its kernel reads them.
/// </summary>
internal sealed class RowByRow : IPackedAttention
{
    public int Calls { get; private set; }

    public bool Fits(int headDim) => true;

    public Tensor Run(Tensor queries, Tensor keys, Tensor values, PackedCall call, double scale)
    {
        Calls++;
        using var scope = TensorScope.Open();
        Assert.That(
            (call.QueryStarts.Type, call.KeyStarts.Type, call.Used.Type),
            Is.EqualTo((ScalarType.Int32, ScalarType.Int32, ScalarType.Int32))
        );
        int[] starts = call.QueryStarts.ToArray<int>(),
            rows = call.KeyStarts.ToArray<int>(),
            used = call.Used.ToArray<int>();
        Assert.That((starts.Length, rows.Length), Is.EqualTo((used.Length + 1, used.Length + 1)));
        Assert.That(used.Max(), Is.LessThanOrEqualTo(call.MostKeys));
        long heads = queries.Size(1),
            kvHeads = keys.Size(1),
            dim = queries.Size(2);
        var parts = new List<Tensor>();
        for (var sequence = 0; sequence < used.Length; sequence++)
        {
            var count = starts[sequence + 1] - starts[sequence];
            Assert.That(count, Is.LessThanOrEqualTo(call.MostQueries));
            for (var token = 0; token < count; token++)
            {
                // The last token is aligned with the last key.
                var own = used[sequence] - count + token;
                var low = call.Window is { } window ? Math.Max(0, own - window + 1) : 0;
                var high =
                    call.IsCausal ? own + 1
                    : call.Window is { } right ? Math.Min(used[sequence], own + right)
                    : used[sequence];
                parts.Add(
                    queries
                        .Narrow(0, starts[sequence] + token, 1)
                        .Reshape(1, kvHeads, heads / kvHeads, dim)
                        .Attention(Seen(keys), Seen(values), null, scale)
                        .Reshape(1, heads, dim)
                );

                Tensor Seen(Tensor all) =>
                    all.Narrow(0, rows[sequence] + low, high - low).Permute(1, 0, 2).Unsqueeze(0);
            }
        }

        return scope.Keep(Tensor.Concatenate(0, [.. parts]));
    }
}
