using GemmaInference.Torch;

namespace GemmaInference.Model;

/// <summary>Holds one call of attention, prepared for all layers that see the same.</summary>
/// <param name="Span">Its rows, and what it reads.</param>
/// <param name="Tokens">Of each of its sequences: many of one, or one of many.</param>
/// <param name="FirstSlot">The first sequence's slot.</param>
/// <param name="Slots">Null where slots follow each other, so that the cache is viewed rather than gathered.</param>
/// <param name="Mask">Zero or −∞ in the model's type, added to scores; null where nothing is hidden.</param>
internal sealed record AttentionCall(AttentionSpan Span, int Tokens, int FirstSlot, Tensor? Slots, Tensor? Mask);
