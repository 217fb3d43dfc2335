using GemmaInference.Torch;

namespace GemmaInference.Model.Packed;

/// <summary>Computes the attention of all of a step's sequences in one call, each with its own length.</summary>
internal interface IPackedAttention
{
    /// <summary>Returns whether heads of this size can be computed.</summary>
    bool Fits(int headDim);

    /// <param name="queries">[tokens, heads, headDim]</param>
    /// <param name="keys">[rows, kvHeads, headDim], sequence by sequence.</param>
    /// <param name="scale">What scores are multiplied with.</param>
    /// <returns>[tokens, heads, headDim]</returns>
    Tensor Run(Tensor queries, Tensor keys, Tensor values, PackedCall call, double scale);
}
