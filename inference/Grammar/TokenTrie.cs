using System.Text;
using GemmaInference.Text;

namespace GemmaInference.Grammar;

/// <summary>
/// Holds the bytes of all tokens as a tree, laid out in the order in which it is walked. Control tokens and those
/// without text aren't in it, but for those that divide answers, nor are bytes that no text has. Immutable.
/// </summary>
internal sealed class TokenTrie
{
    /// <summary>
    /// Bounds what one walk takes for new states, 10,000 at most: where a grammar has more, tokens of several bytes are
    /// left out, and an answer goes on by those of one byte.
    /// </summary>
    private const long MaxWork = 1_000_000;

    private readonly byte[] _labels;
    private readonly ushort[] _depths;

    /// <summary>Holds a token of each node, −1 for none.</summary>
    private readonly int[] _tokens;

    /// <summary>Holds another token of the same bytes for each token, −1 for none.</summary>
    private readonly int[] _same;

    /// <summary>Holds where each node's part of the tree is over.</summary>
    private readonly int[] _over;

    private readonly byte[]?[] _bytes;
    private readonly int _deepest;

    public TokenTrie(Tokenizer tokenizer)
    {
        _bytes = new byte[]?[tokenizer.Pieces.Count];
        for (var id = 0; id < _bytes.Length; id++)
        {
            _bytes[id] = BytesOf(tokenizer, id);
        }

        var order = Enumerable.Range(0, _bytes.Length).Where(id => _bytes[id] is not null).ToArray();
        Array.Sort(order, (left, right) => _bytes[left].AsSpan().SequenceCompareTo(_bytes[right]));
        _same = new int[_bytes.Length];
        Array.Fill(_same, -1);
        var nodes = new List<(byte Label, ushort Depth, int Token)>();
        byte[] before = [];
        foreach (var id in order)
        {
            var bytes = _bytes[id]!;
            Add(nodes, id, bytes, bytes.AsSpan().CommonPrefixLength(before));
            before = bytes;
        }

        _labels = [.. nodes.Select(node => node.Label)];
        _depths = [.. nodes.Select(node => node.Depth)];
        _tokens = [.. nodes.Select(node => node.Token)];
        _deepest = _depths.DefaultIfEmpty().Max();
        _over = Ends(_depths);
    }

    public int Nodes => _labels.Length;

    /// <summary>Returns a token's bytes; null where it has no text.</summary>
    public byte[]? BytesOf(int token) => token < _bytes.Length ? _bytes[token] : null;

    /// <summary>Sets the bits of the tokens that may come next.</summary>
    public void Mark(CompiledGrammar grammar, GrammarState state, ulong[] mask)
    {
        var path = new GrammarState[_deepest + 1];
        path[0] = state;
        var most = grammar.Work + MaxWork;
        for (var node = 0; node < _labels.Length; )
        {
            var depth = _depths[node];
            var next = path[depth - 1].Next(_labels[node]);
            if (next is null)
            {
                next =
                    depth == 1 || grammar.Work < most
                        ? grammar.Step(path[depth - 1], _labels[node])
                        : GrammarState.Dead;
            }

            if (ReferenceEquals(next, GrammarState.Dead))
            {
                node = _over[node];
                continue;
            }

            path[depth] = next;
            for (var token = _tokens[node]; token >= 0; token = _same[token])
            {
                mask[token >> 6] |= 1UL << token;
            }

            node++;
        }
    }

    private static byte[]? BytesOf(Tokenizer tokenizer, int id)
    {
        var piece = tokenizer.Pieces[id];
        return tokenizer.ByteOf(id) is { } value
            ? value < MarkBytes.First
                ? [value]
                : null
            : tokenizer.IsControl(id) && MarkBytes.Of(piece.Text) is { } mark
                ? [mark]
                : piece.Kind == PieceKind.Unknown || piece.Text.Length == 0 || tokenizer.IsControl(id)
                    ? null
                    : Encoding.UTF8.GetBytes(piece.Text.Replace(Tokenizer.Space, ' '));
    }

    private static int[] Ends(ushort[] depths)
    {
        var over = new int[depths.Length];
        var open = new Stack<int>();
        for (var node = 0; node < depths.Length; node++)
        {
            while (open.Count > 0 && depths[open.Peek()] >= depths[node])
            {
                over[open.Pop()] = node;
            }

            open.Push(node);
        }

        foreach (var node in open)
        {
            over[node] = depths.Length;
        }

        return over;
    }

    private void Add(List<(byte Label, ushort Depth, int Token)> nodes, int id, byte[] bytes, int shared)
    {
        if (shared == bytes.Length)
        {
            var last = nodes[^1];
            _same[id] = last.Token;
            nodes[^1] = last with { Token = id };
            return;
        }

        for (var at = shared; at < bytes.Length; at++)
        {
            nodes.Add((bytes[at], (ushort)(at + 1), at == bytes.Length - 1 ? id : -1));
        }
    }
}
