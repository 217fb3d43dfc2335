using GemmaInference.Engine.Drawing;
using GemmaInference.Torch;

namespace GemmaInference.Engine;

/// <summary>
/// Brings what a step's sampling needs of its sequences to the device before the model runs: later the host would wait
/// for the model with each copy. What no sequence asks for costs nothing.
/// </summary>
/// <param name="Rows">The sequence of each row of logits.</param>
/// <param name="Columns">
/// [6, rows]: temperature, top-k, top-p, a random number in [0, 1), min-p, repetition penalty.
/// </param>
/// <param name="Biases">[3, n]: row, token, what its logit gets added; null where there are none.</param>
/// <param name="Prompts">
/// Row and token of what rows have in their prompts and repetition penalties divide; null where there are none.
/// </param>
/// <param name="Penalties">
/// [4, n]: row, generated token, its repetition penalty (1 where <paramref name="Prompts"/> has it), what is subtracted
/// after it; null where there are none.
/// </param>
/// <param name="Drawn">Rows that are drawn from all tokens; null where there are none.</param>
/// <param name="Cut">Rows that are drawn from what min-p, top-k and top-p leave; null where there are none.</param>
/// <param name="HasMinP">Whether a row has a min-p.</param>
internal sealed record SamplingInputs(
    IReadOnlyList<Sequence> Rows,
    Tensor Columns,
    Tensor? Biases,
    (Tensor Rows, Tensor Tokens)? Prompts,
    Tensor? Penalties,
    Tensor? Drawn,
    Tensor? Cut,
    bool HasMinP
)
{
    /// <summary>
    /// Bounds temperatures: one below this is 0, since dividing by it would leave the range of float32.
    /// </summary>
    private const double Cold = 1e-5;

    /// <summary>Gets the tokens that can't come next, of the rows whose answers have to fit a grammar.</summary>
    public IReadOnlyList<(int Row, Tensor Tokens)> Barred { get; init; } = [];

    /// <summary>
    /// Returns how each row is chosen from its logits alone; null where one needs more than that.
    /// </summary>
    public static IReadOnlyList<DrawSettings>? Plain(IReadOnlyList<Sequence> rows) =>
        rows.All(row => row is { HasBiases: false, HasPenalties: false, Barring: null, Request.TopLogprobs: null })
            ? [.. rows.Select(Settings)]
            : null;

    public static SamplingInputs Upload(IReadOnlyList<Sequence> rows, Device device)
    {
        // Row numbers and token ids below 2^24 are exact in float32, and no vocabulary is larger.
        var biases = rows.Index()
            .Where(pair => pair.Item.HasBiases)
            .SelectMany(pair => pair.Item.Biases.Select(bias => (Row: pair.Index, bias.Token, bias.Bias)))
            .ToList();
        var penalties = rows.Index().Where(pair => pair.Item.HasPenalties).SelectMany(Penalise).ToList();
        var prompted = rows.Index().Where(pair => pair.Item.PromptTokens is not null).ToList();
        List<DrawSettings> settings = [.. rows.Select(Settings)];
        float[] drawn = Places(RowDraw.Drawn),
            cut = Places(RowDraw.Cut);
        float[] block =
        [
            .. settings.Select(row => row.Temperature),
            .. settings.Select(row => row.TopK),
            .. settings.Select(row => row.TopP),
            .. settings.Select(row => row.Uniform),
            .. settings.Select(row => row.MinP),
            .. rows.Select(row => (float)row.Request.Sampling.RepetitionPenalty),
            .. biases.Select(entry => (float)entry.Row),
            .. biases.Select(entry => (float)entry.Token),
            .. biases.Select(entry => entry.Bias),
            .. prompted.Select(pair => (float)pair.Index),
            .. prompted.Select(pair => (float)pair.Item.PromptTokens!.Value.Size(0)),
            .. penalties.Select(entry => (float)entry.Row),
            .. penalties.Select(entry => (float)entry.Token),
            .. penalties.Select(entry => entry.Factor),
            .. penalties.Select(entry => entry.Subtracted),
            .. drawn,
            .. cut,
        ];
        var all = Tensor.Of(block, device);
        var at = 0L;
        return new SamplingInputs(
            rows,
            Next(6, rows.Count)!.Value,
            Next(3, biases.Count),
            Next(2, prompted.Count) is { } spans
                ? Spread(spans.To(ScalarType.Int64), [.. prompted.Select(pair => pair.Item.PromptTokens!.Value)])
                : null,
            Next(4, penalties.Count),
            Next(1, drawn.Length)?.View(-1).To(ScalarType.Int64),
            Next(1, cut.Length)?.View(-1).To(ScalarType.Int64),
            rows.Any(row => row.Request.Sampling.MinP > 0)
        )
        {
            Barred = BarredTokens.Upload(rows, device),
        };

        float[] Places(RowDraw kind) =>
            [.. settings.Index().Where(pair => pair.Item.Kind == kind).Select(pair => (float)pair.Index)];

        Tensor? Next(int lines, int length)
        {
            var start = at;
            at += lines * length;
            return length == 0 ? null : all.Narrow(0, start, lines * length).View(lines, length);
        }
    }

    /// <summary>Puts beside each token the row that it belongs to, on the device alone.</summary>
    /// <param name="spans">[2, n]: row, how many tokens it has.</param>
    private static (Tensor Rows, Tensor Tokens) Spread(Tensor spans, IReadOnlyList<Tensor> tokens) =>
        // Whoever says how long the answer is needs not wait for the device to count.
        (
            spans.Select(0).RepeatEach(spans.Select(1), tokens.Sum(own => own.Size(0))),
            Tensor.Concatenate(0, [.. tokens])
        );

    private static IEnumerable<(int Row, int Token, float Factor, float Subtracted)> Penalise(
        (int Index, Sequence Item) pair
    )
    {
        var sampling = pair.Item.Request.Sampling;
        return pair.Item.Counts.Select(count =>
            (
                pair.Index,
                count.Key,
                pair.Item.IsInPrompt(count.Key) ? 1 : (float)sampling.RepetitionPenalty,
                (float)(sampling.PresencePenalty + (sampling.FrequencyPenalty * count.Value))
            )
        );
    }

    private static DrawSettings Settings(Sequence row)
    {
        var (sampling, isGreedy) = (row.Request.Sampling, IsGreedy(row));
        return new DrawSettings(
            isGreedy ? RowDraw.Greedy
                : IsCut(row) ? RowDraw.Cut
                : RowDraw.Drawn,
            isGreedy ? 1 : (float)sampling.Temperature,
            sampling.TopK > 0 ? sampling.TopK : float.MaxValue,
            (float)sampling.TopP,
            isGreedy ? 0 : row.Uniform,
            (float)sampling.MinP
        );
    }

    private static bool IsGreedy(Sequence row) => row.Request.Sampling.Temperature < Cold;

    private static bool IsCut(Sequence row) => row.Request.Sampling is { TopK: > 0 } or { TopP: < 1 } or { MinP: > 0 };
}
