using GemmaInference.Text;

namespace GemmaInference.Grammar;

/// <summary>
/// Finds which tokens may come next in a state, and remembers the states that were asked for last. Belongs to the
/// engine's thread, once built.
/// </summary>
/// <param name="vocabulary">Numbers that the model gives: the tokenizer's ids, and padding.</param>
internal sealed class TokenMasks(Tokenizer tokenizer, int vocabulary)
{
    /// <summary>Bounds what is remembered: 16 MB at 262,144 tokens.</summary>
    private const int MaxMasks = 512;

    private readonly TokenTrie _trie = new(tokenizer);

    /// <summary>Holds them weakly: no state of a grammar that nobody uses any more is held by its mask.</summary>
    private readonly Queue<WeakReference<GrammarState>> _remembered = new();

    public int Vocabulary => vocabulary;

    public TokenTrie Trie => _trie;

    /// <summary>Returns a bit for each token of the vocabulary that may come next, ends left out.</summary>
    public ulong[] Of(CompiledGrammar grammar, GrammarState state)
    {
        if (state.Mask is { } known)
        {
            return known;
        }

        var mask = new ulong[(vocabulary + 63) / 64];
        _trie.Mark(grammar, state, mask);
        if (_remembered.Count == MaxMasks && _remembered.Dequeue().TryGetTarget(out var oldest))
        {
            oldest.Mask = null;
        }

        _remembered.Enqueue(new WeakReference<GrammarState>(state));
        return state.Mask = mask;
    }
}
