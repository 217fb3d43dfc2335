using GemmaInference.Torch;

namespace GemmaInference.Engine.Drawing;

/// <summary>
/// Draws one token per row by numbers in [0, 1) that come with it, on the device. How a row is drawn depends on its own
/// numbers only.
/// </summary>
internal static class TokenDraw
{
    /// <summary>Gets how many numbers a row's settings are, in <c>columns</c>.</summary>
    public const int Settings = 6;

    /// <summary>
    /// Draws once by the inverse of the cumulated probabilities, in the vocabulary's order: nothing needs sorting.
    /// </summary>
    /// <param name="logits">[rows, vocabulary]; changed.</param>
    /// <param name="columns">
    /// [6, rows]: temperature, top-k, top-p, a random number in [0, 1), min-p, repetition penalty.
    /// </param>
    /// <returns>[rows, 1]</returns>
    public static Tensor FromAll(Tensor logits, Tensor columns)
    {
        var cumulated = logits.DivideInPlace(columns.Select(0).Unsqueeze(1)).Softmax().CumulatedSum();
        return Pick(cumulated, columns.Select(3).Unsqueeze(1)).Minimum(Tensor.Number(logits.Size(1) - 1));
    }

    /// <summary>
    /// Applies temperature, then min-p and top-k, then top-p, then draws once from what is left, likeliest first.
    /// </summary>
    /// <param name="logits">[rows, vocabulary]; changed.</param>
    /// <param name="columns">As of <see cref="FromAll"/>.</param>
    /// <param name="hasMinP">Whether a row has one.</param>
    /// <returns>[rows, 1]</returns>
    public static Tensor FromCut(Tensor logits, Tensor columns, bool hasMinP)
    {
        var (sorted, order) = logits.DivideInPlace(columns.Select(0).Unsqueeze(1)).SortDescending();
        // Ranks from 1 on: whole numbers below 2^24 are exact in float32, and no vocabulary is larger.
        var ranks = Tensor.Full([1, logits.Size(1)], 1, ScalarType.Float32, logits.Device).CumulatedSum();
        var kept = ranks.LessOrEqual(columns.Select(1).Unsqueeze(1));
        var probabilities = sorted.Softmax();
        if (hasMinP)
        {
            var least = probabilities.Narrow(1, 0, 1).Multiply(columns.Select(4).Unsqueeze(1));
            kept = kept.And(probabilities.GreaterOrEqual(least));
        }

        probabilities.MultiplyInPlace(kept);
        probabilities = probabilities.Divide(probabilities.Sum());
        // A token stays while the ones before it have not reached top-p: the first always stays.
        var before = probabilities.CumulatedSum().Subtract(probabilities);
        kept = kept.And(before.Less(columns.Select(2).Unsqueeze(1))).Or(ranks.Equal(Tensor.Number(1f)));
        var pick = Pick(probabilities.MultiplyInPlace(kept).CumulatedSum(), columns.Select(3).Unsqueeze(1));
        // What stays leads, and the first does, so that the others' number is the last one's place.
        return order.Gather(1, pick.Minimum(kept.Narrow(1, 1, kept.Size(1) - 1).Sum()));
    }

    /// <summary>Counts how many tokens lie wholly below the drawn part of all probability.</summary>
    private static Tensor Pick(Tensor cumulated, Tensor uniform) =>
        cumulated.LessOrEqual(cumulated.Narrow(1, -1, 1).Multiply(uniform)).Sum();
}
