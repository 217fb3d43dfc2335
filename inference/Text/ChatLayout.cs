using GemmaInference.Model;

namespace GemmaInference.Text;

/// <summary>Says how conversations are laid out: a generation's way, and what its templates differ in.</summary>
/// <param name="Generation">Whose turns there are.</param>
internal sealed record ChatLayout(Generation Generation)
{
    /// <summary>Gets whether the model's turn begins with a thought of nothing, so that none is made.</summary>
    public bool HasEmptyThought { get; init; }

    /// <summary>Gets whether a line ends after the token that asks for thoughts.</summary>
    public bool BreaksAfterThink { get; init; }

    /// <summary>Gets whether functions are told and called by tokens of their own.</summary>
    public bool HasCalls { get; init; }

    /// <summary>Gets whether the model can be told to think.</summary>
    public bool HasThoughts { get; init; }

    /// <summary>Returns the layout that a generation's own models have, where nothing else is known.</summary>
    public static ChatLayout Of(Generation generation) =>
        new(generation)
        {
            BreaksAfterThink = generation == Generation.Gemma4,
            HasCalls = generation == Generation.Gemma4,
            HasThoughts = generation == Generation.Gemma4,
        };
}
