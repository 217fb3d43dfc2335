using GemmaInference.Engine.Memory;
using GemmaInference.Model;
using GemmaInference.Torch;

namespace GemmaInference.Engine;

/// <summary>
/// Tells what the model thought of tokens: their log-probabilities and the likeliest alternatives. A prompt's are
/// computed in pieces, because a whole chunk's logits would be hundreds of megabytes.
/// </summary>
internal static class PromptScorer
{
    /// <summary>Scores the tokens that follow those of a chunk.</summary>
    /// <param name="hidden">The model's last states, [tokens, width]; the first ones are scored.</param>
    /// <param name="next">The token that follows each, on the device; no more than there are states.</param>
    /// <returns>[tokens, 1 + 2 × alternatives], as <see cref="Describe"/> has it.</returns>
    public static Tensor Score(GemmaModel model, Tensor hidden, Tensor next, int alternatives)
    {
        var pieces = new List<Tensor>();
        var count = next.Size(0);
        for (var start = 0L; start < count; start += Workspace.ScoredRows)
        {
            using var scope = TensorScope.Open();
            var length = Math.Min(Workspace.ScoredRows, count - start);
            var logprobs = model.Logits(hidden.Narrow(0, start, length)).LogSoftmax();
            pieces.Add(scope.Keep(Describe(logprobs, next.Narrow(0, start, length).Unsqueeze(1), alternatives)));
        }

        return pieces.Count == 1 ? pieces[0] : Tensor.Concatenate(0, [.. pieces]);
    }

    /// <param name="logprobs">[rows, vocabulary]</param>
    /// <param name="ids">The tokens asked about, [rows, 1].</param>
    /// <returns>
    /// The token's log-probability, those of the likeliest tokens, one at least, and their ids, likeliest first.
    /// </returns>
    public static Tensor Describe(Tensor logprobs, Tensor ids, int alternatives)
    {
        var (top, topIds) = logprobs.Top(Math.Max(1, alternatives));
        return Tensor.Concatenate(1, logprobs.Gather(1, ids), top, topIds.To(ScalarType.Float32));
    }

    /// <summary>Reads one row of <see cref="Describe"/>, once it is on the host.</summary>
    /// <param name="count">How many alternatives are wanted, no more than the row has.</param>
    public static EngineEvent.Token Unpack(int id, ReadOnlySpan<float> row, int count)
    {
        var stride = (row.Length - 1) / 2;
        var top = new (int, float)[count];
        for (var i = 0; i < count; i++)
        {
            top[i] = ((int)row[1 + stride + i], row[1 + i]);
        }

        return new EngineEvent.Token(id, row[0], top);
    }
}
