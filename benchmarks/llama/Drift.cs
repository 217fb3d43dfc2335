namespace Benchmarks.Llama;

/// <summary>Judges how far logits are from those that float32 gives.</summary>
internal static class Drift
{
    /// <summary>Gets the root of the mean square of differences, as a part of the deviation of what is right.</summary>
    public static double Of(float[] right, float[] logits)
    {
        double mean = right.Average(x => (double)x),
            spread = 0,
            off = 0;
        for (var i = 0; i < right.Length; i++)
        {
            spread += (right[i] - mean) * (right[i] - mean);
            off += (double)(right[i] - logits[i]) * (right[i] - logits[i]);
        }

        return Math.Round(Math.Sqrt(off / spread), 6);
    }

    /// <summary>
    /// Gets what the next token's perplexity grows by on average, in percent, where tokens follow what is right: the
    /// exponential of the Kullback-Leibler divergence, less 1.
    /// </summary>
    public static double PerplexityPercent(float[] right, float[] logits)
    {
        var (p, q) = (LogSoftmax(right), LogSoftmax(logits));
        var divergence = p.Select((log, i) => Math.Exp(log) * (log - q[i])).Sum();
        return Math.Round(100 * (Math.Exp(divergence) - 1), 4);
    }

    private static double[] LogSoftmax(float[] logits)
    {
        var most = logits.Max();
        var sum = Math.Log(logits.Sum(x => Math.Exp(x - most)));
        return [.. logits.Select(x => x - most - sum)];
    }
}
