namespace GemmaInference.Model;

/// <summary>Says what a step adds to one sequence.</summary>
/// <param name="Slot">Where it lies in the cache; each step has a slot once.</param>
/// <param name="Start">Position of the first token; all before it must be in the slot already.</param>
/// <param name="Tokens">One at least.</param>
internal readonly record struct StepRow(int Slot, int Start, ReadOnlyMemory<int> Tokens)
{
    public int Count => Tokens.Length;
}
