using GemmaInference.Model;
using GemmaInference.Torch;

namespace GemmaInference.Engine;

/// <summary>Holds what a step does for one sequence: reads a piece of its prompt, or adds its last token.</summary>
/// <param name="IsSampled">Whether a token is wanted after it.</param>
/// <param name="Scored">The tokens after the piece's own, which are scored; empty where nobody asks for it.</param>
/// <param name="Next">The same on the device; null where there are none.</param>
internal sealed record SequenceStep(
    Sequence Sequence,
    StepRow Row,
    bool IsSampled,
    IReadOnlyList<int> Scored,
    Tensor? Next
)
{
    /// <summary>Decodes: adds the token that was chosen last.</summary>
    public static SequenceStep Decode(Sequence sequence) =>
        new(sequence, new StepRow(sequence.Slot, sequence.Cached, new[] { sequence.Last }), true, [], null);

    /// <summary>Reads the next tokens of a prompt.</summary>
    /// <param name="most">At most so many.</param>
    public static SequenceStep Read(Sequence sequence, int most, Device device)
    {
        var (prompt, start) = (sequence.Prompt, sequence.Cached);
        var end = Math.Min(prompt.Length, start + most);
        // What was scored before the sequence lost its slot is read again, and scored no more.
        if (start < sequence.ScoredTokens)
        {
            end = Math.Min(end, sequence.ScoredTokens);
        }

        var last = Math.Min(sequence.Request.Prompt.Count, end + 1);
        int[] scored =
            sequence.Request.ScoresPrompt && start >= sequence.ScoredTokens && last > start + 1
                ? prompt[(start + 1)..last]
                : [];
        return new SequenceStep(
            sequence,
            new StepRow(sequence.Slot, start, prompt.AsMemory(start, end - start)),
            end == prompt.Length && sequence.Request.MaxTokens > 0,
            scored,
            scored.Length > 0 ? Tensor.Of([.. scored.Select(token => (long)token)], device) : null
        );
    }
}
