namespace GemmaInference.Grammar;

/// <summary>
/// Holds all places of a grammar at which a text may be, as one state of an automaton whose states are made when they
/// are first reached. Belongs to the engine's thread.
/// </summary>
/// <param name="places">Nodes that wait for a byte, with the calls around each.</param>
/// <param name="isAccepting">Whether the text may end here.</param>
/// <param name="isFree">Whether everything may follow.</param>
/// <param name="isOpen">Whether every token may follow, and is followed.</param>
internal sealed class GrammarState((int Node, Frame? Calls)[] places, bool isAccepting, bool isFree, bool isOpen)
{
    private GrammarState?[]? _next;

    /// <summary>Gets the state after a text that doesn't fit.</summary>
    public static GrammarState Dead { get; } = new([], isAccepting: false, isFree: false, isOpen: false);

    public IReadOnlyList<(int Node, Frame? Calls)> Places => places;

    public bool IsAccepting => isAccepting;

    public bool IsFree => isFree;

    public bool IsOpen => isOpen;

    /// <summary>Gets whether the text has to end here.</summary>
    public bool IsComplete => isAccepting && places.Length == 0;

    /// <summary>Gets or sets the tokens that may come next, a bit each; null where they aren't remembered.</summary>
    public ulong[]? Mask { get; set; }

    public ref GrammarState? Next(byte value) => ref (_next ??= new GrammarState?[256])[value];

    /// <summary>Forgets which states come next.</summary>
    public void Unlink() => _next = null;
}
