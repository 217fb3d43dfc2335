namespace GemmaInference.Grammar;

/// <summary>Holds where a call goes back to, and the calls around it.</summary>
/// <param name="id">Tells frames apart, in the order in which they were made.</param>
internal sealed class Frame(int to, Frame? outer, int id)
{
    public int To => to;

    public Frame? Outer => outer;

    public int Id => id;

    public int Depth { get; } = (outer?.Depth ?? 0) + 1;
}
