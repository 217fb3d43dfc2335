using GemmaInference.Torch;

namespace GemmaInference.Engine;

/// <summary>Bars tokens by which an answer wouldn't fit its grammar any more, each row its own.</summary>
internal static class BarredTokens
{
    /// <summary>Brings to the device what can't come next, a byte for each token of the vocabulary.</summary>
    public static IReadOnlyList<(int Row, Tensor Tokens)> Upload(IReadOnlyList<Sequence> rows, Device device)
    {
        List<(int, Tensor)>? barred = null;
        for (var row = 0; row < rows.Count; row++)
        {
            if (rows[row].Barring is { } constraint)
            {
                var tokens = Tensor.Empty([1, constraint.Vocabulary], ScalarType.Bool, Device.Cpu);
                constraint.WriteBarred(tokens.Bytes());
                (barred ??= []).Add((row, tokens.To(ScalarType.Bool, device)));
            }
        }

        return barred is null ? [] : barred;
    }

    /// <param name="logits">[rows, vocabulary]; overwritten where tokens are barred.</param>
    public static void Apply(Tensor logits, IReadOnlyList<(int Row, Tensor Tokens)> barred)
    {
        foreach (var (row, tokens) in barred)
        {
            logits.Narrow(0, row, 1).MaskedFillInPlace(tokens, Tensor.Number(float.NegativeInfinity));
        }
    }
}
