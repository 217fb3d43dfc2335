using System.Runtime.InteropServices;

namespace GemmaInference.Text;

/// <summary>
/// Merges one text by SentencePiece's BPE: the best-scored neighbouring pair is merged first, the leftmost one on ties.
/// Costs O(n log n); positions are UTF-16 units of the text.
/// </summary>
internal sealed class BytePairMerger(
    string text,
    Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> ids,
    IReadOnlyList<Piece> pieces
)
{
    private readonly List<Symbol> _symbols = [];
    private readonly PriorityQueue<Pair, (float NegativeScore, int Left)> _agenda = new();
    private readonly Dictionary<(int Start, int Length), int> _unusedSplits = [];
    private readonly List<(int Start, int Length)> _stretches = [];

    /// <summary>Adds a piece of the text; a frozen one is never merged.</summary>
    public void Add(int start, int length, bool frozen) =>
        _symbols.Add(new Symbol(start, length, _symbols.Count - 1, _symbols.Count + 1, frozen));

    /// <summary>Merges what was added since the last time.</summary>
    /// <returns>The stretches that remain, left to right, until the next call.</returns>
    public IReadOnlyList<(int Start, int Length)> Merge()
    {
        _stretches.Clear();
        _symbols[^1] = _symbols[^1] with { Next = -1 };
        for (var right = 1; right < _symbols.Count; right++)
        {
            Consider(right - 1, right);
        }

        while (_agenda.TryDequeue(out var pair, out _))
        {
            var (left, right) = (_symbols[pair.Left], _symbols[pair.Right]);
            // Either side may have grown or gone since the pair was noted.
            if (left.Length == 0 || right.Length == 0 || left.Length + right.Length != pair.Length)
            {
                continue;
            }

            _symbols[pair.Left] = left with { Length = pair.Length, Next = right.Next };
            _symbols[pair.Right] = right with { Length = 0 };
            if (right.Next >= 0)
            {
                _symbols[right.Next] = _symbols[right.Next] with { Previous = pair.Left };
            }

            if (left.Previous >= 0)
            {
                Consider(left.Previous, pair.Left);
            }

            if (right.Next >= 0)
            {
                Consider(pair.Left, right.Next);
            }
        }

        foreach (var symbol in _symbols)
        {
            if (symbol.Length > 0)
            {
                Split(symbol.Start, symbol.Length);
            }
        }

        _symbols.Clear();
        _unusedSplits.Clear();
        return _stretches;
    }

    private void Consider(int left, int right)
    {
        var (first, second) = (_symbols[left], _symbols[right]);
        if (first.Frozen || second.Frozen)
        {
            return;
        }

        var length = first.Length + second.Length;
        if (!ids.TryGetValue(text.AsSpan(first.Start, length), out var id))
        {
            return;
        }

        if (pieces[id].Kind == PieceKind.Unused)
        {
            _unusedSplits[(first.Start, length)] = first.Length;
        }

        _agenda.Enqueue(new Pair(left, right, length), (-pieces[id].Score, left));
    }

    /// <summary>
    /// Splits unused pieces: one helps merges along but is never spoken, and falls back into its halves.
    /// </summary>
    private void Split(int start, int length)
    {
        if (!_unusedSplits.TryGetValue((start, length), out var left))
        {
            _stretches.Add((start, length));
            return;
        }

        Split(start, left);
        Split(start + left, length - left);
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Symbol(int Start, int Length, int Previous, int Next, bool Frozen);

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Pair(int Left, int Right, int Length);
}
