using GemmaInference.Torch;

namespace GemmaInference.Model.Mixture;

/// <summary>
/// Computes a mixture of experts beside a layer's MLP (Gemma 4 26B-A4B): each token goes through those few that a
/// router
/// chooses. Tokens are ordered by expert, so that each expert that is chosen at all is one product; the host waits for
/// the router's choice.
/// </summary>
internal sealed class Experts(ExpertShape shape, ExpertWeights weights) : IDisposable
{
    private readonly int[] _counts = new int[shape.Count];
    private readonly int[] _next = new int[shape.Count];
    private long[] _order = [];

    public long Bytes => weights.Bytes;

    /// <param name="x">What the layer's MLP reads before its norm, in float32, [tokens, hidden].</param>
    /// <param name="mixed">What the MLP made, in float32.</param>
    /// <param name="type">Of what matrices are multiplied with.</param>
    /// <returns>Both together, in float32, before the norm that follows them.</returns>
    public Tensor Join(Tensor x, Tensor mixed, ScalarType type, double epsilon)
    {
        using var scope = TensorScope.Open();
        var (chances, chosen) = weights
            .Router.Apply(x.RmsNorm(weights.RouterScale, epsilon).To(type))
            .To(ScalarType.Float32)
            .Softmax()
            .Top(shape.Chosen);
        var shares = chances
            .Divide(chances.Sum())
            .Multiply(weights.ExpertScales.IndexSelect(0, chosen.Reshape(-1)).View(chosen.Shape));
        var parts = Apply(x.RmsNorm(weights.InputNorm, epsilon).To(type), chosen).To(ScalarType.Float32);
        var sum = parts.Multiply(shares.Unsqueeze(2)).Permute(0, 2, 1).Sum().Reshape(x.Shape);
        return scope.Keep(mixed.RmsNorm(weights.MlpNorm, epsilon).Add(sum.RmsNorm(weights.OutputNorm, epsilon)));
    }

    public void Dispose() => weights.Dispose();

    /// <returns>[tokens, chosen, hidden]</returns>
    private Tensor Apply(Tensor x, Tensor chosen)
    {
        var (tokens, pairs) = (x.Size(0), (int)chosen.Count);
        Sort(chosen.To(ScalarType.Int64, Device.Cpu).Contiguous().Numbers<long>());
        var index = Tensor.Of(_order.AsSpan(0, 2 * pairs), x.Device);
        var sorted = x.IndexSelect(0, index.Narrow(0, 0, pairs));
        var results = new List<Tensor>(Math.Min(pairs, shape.Count));
        for (int expert = 0, at = 0; expert < shape.Count; at += _counts[expert++])
        {
            if (_counts[expert] > 0)
            {
                results.Add(One(expert, sorted.Narrow(0, at, _counts[expert])));
            }
        }

        var all = results.Count == 1 ? results[0] : Tensor.Concatenate(0, [.. results]);
        return all.IndexSelect(0, index.Narrow(0, pairs, pairs)).View(tokens, shape.Chosen, x.Size(1));
    }

    private Tensor One(int expert, Tensor x)
    {
        using var scope = TensorScope.Open();
        var both = weights.GateUp[expert].Apply(x);
        var gate = both.Narrow(1, 0, shape.IntermediateSize).GeluTanh();
        return scope.Keep(
            weights.Down[expert].Apply(gate.Multiply(both.Narrow(1, shape.IntermediateSize, shape.IntermediateSize)))
        );
    }

    /// <summary>
    /// Orders pairs of token and expert by expert: first the tokens in that order, then where each pair went.
    /// </summary>
    private void Sort(ReadOnlySpan<long> chosen)
    {
        if (_order.Length < 2 * chosen.Length)
        {
            _order = new long[2 * chosen.Length];
        }

        Array.Clear(_counts);
        foreach (var expert in chosen)
        {
            _counts[expert]++;
        }

        for (int expert = 0, at = 0; expert < shape.Count; at += _counts[expert++])
        {
            _next[expert] = at;
        }

        for (var pair = 0; pair < chosen.Length; pair++)
        {
            var place = _next[chosen[pair]]++;
            _order[place] = pair / shape.Chosen;
            _order[chosen.Length + pair] = place;
        }
    }
}
