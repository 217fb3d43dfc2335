using TorchSharp;

namespace GemmaInference.Engine;

/// <summary>
/// Brings what a step's sampling needs of its sequences to the device before the model runs: later the host would wait
/// for the model with each copy.
/// </summary>
/// <param name="Rows">The sequence of each row of logits.</param>
/// <param name="Columns">[4, rows]: temperature, top-k, top-p, a random number in [0, 1).</param>
/// <param name="Penalties">[3, n]: row, token, what its logit gets added; null where there are none.</param>
/// <param name="Drawn">Rows that are drawn from all tokens; null where there are none.</param>
/// <param name="Cut">Rows that are drawn from the tokens top-k and top-p leave; null where there are none.</param>
internal sealed record SamplingInputs(
    IReadOnlyList<Sequence> Rows,
    torch.Tensor Columns,
    torch.Tensor? Penalties,
    torch.Tensor? Drawn,
    torch.Tensor? Cut
)
{
    /// <summary>
    /// Bounds temperatures: one below this is 0, since dividing by it would leave the range of float32.
    /// </summary>
    private const double Cold = 1e-5;

    /// <summary>Advances the random numbers of sequences that are drawn, each its own.</summary>
    public static SamplingInputs Upload(IReadOnlyList<Sequence> rows, torch.Device device)
    {
        // Row numbers and token ids below 2^24 are exact in float32, and no vocabulary is larger.
        var penalties = rows.Index()
            .Where(pair => pair.Item.HasPenalties)
            .SelectMany(pair =>
                pair.Item.Counts.Select(count =>
                    (
                        Row: (float)pair.Index,
                        Token: (float)count.Key,
                        Penalty: (float)
                            -(
                                pair.Item.Request.Sampling.PresencePenalty
                                + (pair.Item.Request.Sampling.FrequencyPenalty * count.Value)
                            )
                    )
                )
            )
            .ToList();
        float[] drawn = Places(row => !IsGreedy(row) && !IsCut(row)),
            cut = Places(row => !IsGreedy(row) && IsCut(row));
        int count = rows.Count,
            tail = 4 * count,
            ends = tail + (3 * penalties.Count);
        float[] block =
        [
            .. rows.Select(row => IsGreedy(row) ? 1 : (float)row.Request.Sampling.Temperature),
            .. rows.Select(row => row.Request.Sampling.TopK > 0 ? row.Request.Sampling.TopK : float.MaxValue),
            .. rows.Select(row => (float)row.Request.Sampling.TopP),
            .. rows.Select(row => IsGreedy(row) ? 0 : row.NextUniform()),
            .. penalties.Select(entry => entry.Row),
            .. penalties.Select(entry => entry.Token),
            .. penalties.Select(entry => entry.Penalty),
            .. drawn,
            .. cut,
        ];
        var all = torch.tensor(block, device: device);
        return new SamplingInputs(
            rows,
            all.narrow(0, 0, tail).view(4, count),
            penalties.Count == 0 ? null : all.narrow(0, tail, 3 * penalties.Count).view(3, -1),
            drawn.Length == 0 ? null : all.narrow(0, ends, drawn.Length).to(torch.int64),
            cut.Length == 0 ? null : all.narrow(0, ends + drawn.Length, cut.Length).to(torch.int64)
        );

        float[] Places(Func<Sequence, bool> belongs) =>
            [.. rows.Index().Where(pair => belongs(pair.Item)).Select(pair => (float)pair.Index)];
    }

    private static bool IsGreedy(Sequence row) => row.Request.Sampling.Temperature < Cold;

    private static bool IsCut(Sequence row) => row.Request.Sampling is { TopK: > 0 } or { TopP: < 1 };
}
