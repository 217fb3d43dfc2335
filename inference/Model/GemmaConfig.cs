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
    public required int MaxPositions { get; init; }
    public required double RmsEpsilon { get; init; }

    /// <summary>Queries are multiplied by this to the power of −½.</summary>
    public required double QueryPreAttentionScalar { get; init; }

    /// <summary>Gets the soft cap of attention scores, none for Gemma 1 and 3.</summary>
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

    /// <summary>Gets whether norms follow attention and MLP too (Gemma 2 and 3).</summary>
    public bool HasPostNorms => Generation >= Generation.Gemma2;

    /// <summary>Gets whether queries and keys are normalised per head (Gemma 3).</summary>
    public bool HasQueryKeyNorms => Generation == Generation.Gemma3;
}
