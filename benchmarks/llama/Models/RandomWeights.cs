namespace Benchmarks.Llama.Models;

/// <summary>
/// Gives the weights of a model, which are the same whoever asks: rows are stretches of one pool of random numbers.
/// All layers have the same weights, each in memory of its own.
/// </summary>
internal sealed class RandomWeights
{
    private const int PoolSize = 1 << 22;

    private readonly float[] _pool = new float[PoolSize];

    public RandomWeights()
    {
        var random = new Random(7);
        for (var i = 0; i < PoolSize; i++)
        {
            // Nearly normal, of deviation 1.
            _pool[i] =
                (random.NextSingle() + random.NextSingle() + random.NextSingle() + random.NextSingle() - 2) * 1.732f;
        }
    }

    /// <param name="matrix">Which of a layer's matrices, so that no two are alike.</param>
    public void Fill(int matrix, long row, Span<float> numbers)
    {
        var hash = (ulong)((row * 64) + matrix) * 0x9E37_79B9_7F4A_7C15;
        var start = (int)((hash >> 20) % (ulong)(PoolSize - numbers.Length));
        var scale = 1 / MathF.Sqrt(numbers.Length);
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = _pool[start + i] * scale;
        }
    }
}
