using System.Numerics;

namespace GemmaInference.Grammar;

/// <summary>Says of one answer which tokens may come next. Belongs to the engine's thread.</summary>
/// <param name="ends">Tokens that end the answer; they may come where a right text ends, and nowhere else.</param>
internal sealed class TokenConstraint(CompiledGrammar grammar, TokenMasks masks, IReadOnlySet<int> ends)
{
    private GrammarState _state = grammar.Start;

    /// <summary>Gets whether some tokens are barred; where everything may follow, control tokens may, too.</summary>
    public bool Bars => !_state.IsFree && !_state.IsOpen;

    /// <summary>Gets whether the answer has to end here.</summary>
    public bool IsComplete => _state.IsComplete;

    /// <summary>Gets whether the answer may end here.</summary>
    public bool IsAccepting => _state.IsAccepting;

    /// <summary>Gets how many tokens there are to bar or not.</summary>
    public int Vocabulary => masks.Vocabulary;

    /// <summary>Writes a 1 for each token that can't come next, else a 0.</summary>
    public void WriteBarred(Span<byte> barred)
    {
        var mask = masks.Of(grammar, _state);
        for (var at = 0; at < barred.Length; at++)
        {
            barred[at] = (byte)(~(mask[at >> 6] >> at) & 1);
        }

        foreach (var end in ends)
        {
            if (end < barred.Length)
            {
                barred[end] = (byte)(_state.IsAccepting ? 0 : 1);
            }
        }
    }

    /// <summary>
    /// Moves on by a token, and returns it; another in its place where it can't come next. That happens where rounding
    /// draws what has no probability, or the model's numbers are none.
    /// </summary>
    /// <returns>Null where no token can come next: those that would fit are all ends.</returns>
    public int? Take(int token)
    {
        if (_state.IsFree)
        {
            return token;
        }

        if (!_state.IsOpen && !Fits(token))
        {
            if (Another() is not { } other)
            {
                return null;
            }

            token = other;
        }

        if (!ends.Contains(token))
        {
            // Where all may come, so may what has no bytes.
            foreach (var value in masks.Trie.BytesOf(token) ?? [])
            {
                _state = grammar.Step(_state, value);
            }
        }

        return token;
    }

    private bool Fits(int token) =>
        ends.Contains(token)
            ? _state.IsAccepting
            : token < masks.Vocabulary && ((masks.Of(grammar, _state)[token >> 6] >> token) & 1) != 0;

    private int? Another()
    {
        var mask = masks.Of(grammar, _state);
        for (var at = 0; at < mask.Length; at++)
        {
            for (var rest = mask[at]; rest != 0; rest &= rest - 1)
            {
                var token = (at << 6) + BitOperations.TrailingZeroCount(rest);
                if (!ends.Contains(token))
                {
                    return token;
                }
            }
        }

        return _state.IsAccepting && ends.Count > 0 ? ends.First() : null;
    }
}
