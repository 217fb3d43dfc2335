using GemmaInference.Model.Mixture;
using GemmaInference.Model.Rope;

namespace GemmaInference.Model;

/// <summary>Holds a text model's shape, every default already filled in. Units: tokens, channels, heads.</summary>
internal sealed record GemmaConfig
{
    public required Generation Generation { get; init; }
    public required int VocabSize { get; init; }
    public required int HiddenSize { get; init; }
    public required int IntermediateSize { get; init; }
    public required int Layers { get; init; }
    public required int Heads { get; init; }
    public required int KvHeads { get; init; }
    public required int HeadDim { get; init; }

    /// <summary>
    /// Gets a head's channels in layers that see everything; before Gemma 4 all layers have the same.
    /// </summary>
    public required int GlobalHeadDim { get; init; }

    /// <summary>Gets the key heads of layers that see everything; before Gemma 4 all layers have the same.</summary>
    public required int GlobalKvHeads { get; init; }

    /// <summary>Gets whether layers that see everything have one projection for keys and values (Gemma 4).</summary>
    public bool KeyIsValue { get; init; }

    /// <summary>Gets how many of the last layers read what an earlier one of their kind has cached (Gemma 4).</summary>
    public int SharingLayers { get; init; }

    /// <summary>Gets whether the MLP of those layers is twice as wide.</summary>
    public bool DoubleWide { get; init; }

    /// <summary>Gets the channels of what each layer is told of each token; 0 for none (Gemma 4 E2B and E4B).</summary>
    public int PerLayerSize { get; init; }

    /// <summary>Gets the experts beside each MLP; null for none (Gemma 4 26B-A4B).</summary>
    public ExpertShape? Experts { get; init; }

    /// <summary>Gets whether tokens see those after them too: such a model embeds text and generates none.</summary>
    public bool IsBidirectional { get; init; }
    public required int MaxPositions { get; init; }
    public required double RmsEpsilon { get; init; }

    /// <summary>Queries are multiplied by this to the power of −½.</summary>
    public required double QueryPreAttentionScalar { get; init; }

    /// <summary>Gets the soft cap of attention scores, none but for Gemma 2.</summary>
    public required double? AttentionCap { get; init; }

    /// <summary>Gets the soft cap of logits, none for Gemma 1 and 3.</summary>
    public required double? FinalCap { get; init; }

    /// <summary>Gets how many keys a sliding layer sees, the token itself included.</summary>
    public required int SlidingWindow { get; init; }

    /// <summary>Gets one entry per layer: true where only the window is seen.</summary>
    public required IReadOnlyList<bool> Sliding { get; init; }
    public required RopeSettings GlobalRope { get; init; }

    /// <summary>Gets the rotation of sliding layers; the same as <see cref="GlobalRope"/> before Gemma 3.</summary>
    public required RopeSettings LocalRope { get; init; }

    /// <summary>Gets whether the output projection is the embedding.</summary>
    public required bool TiedEmbeddings { get; init; }

    /// <summary>Gets the checkpoint's own type: float32, float16 or bfloat16.</summary>
    public required string DataType { get; init; }

    /// <summary>Gets the tokens that end a generation.</summary>
    public required IReadOnlyList<int> EosTokens { get; init; }

    /// <summary>Gets whether norms follow attention and MLP too (from Gemma 2 on).</summary>
    public bool HasPostNorms => Generation >= Generation.Gemma2;

    /// <summary>Gets whether queries and keys are normalised per head (from Gemma 3 on).</summary>
    public bool HasQueryKeyNorms => Generation >= Generation.Gemma3;

    /// <summary>Gets whether values are normalised per head, without a weight (Gemma 4).</summary>
    public bool HasValueNorms => Generation == Generation.Gemma4;

    /// <summary>Gets whether each layer's result is multiplied with a number of its own (Gemma 4).</summary>
    public bool HasLayerScales => Generation == Generation.Gemma4;

    /// <summary>Gets what a norm's weights are added to before they multiply.</summary>
    public int NormOffset => Generation == Generation.Gemma4 ? 0 : 1;
}
