using System.Text;
using GemmaInference.Native;

namespace GemmaInference.Text;

/// <summary>
/// Turns text into token ids as SentencePiece itself does: spaces become ▁, user-defined pieces are found longest
/// first, the rest is merged by BPE, and what no piece covers becomes its UTF-8 bytes. Thread-safe.
/// </summary>
internal sealed class Tokenizer
{
    /// <summary>U+2581, which stands for a space in pieces.</summary>
    public const char Space = '\u2581';

    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _plainIds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _special = new(StringComparer.Ordinal);
    private readonly ILookup<char, string> _userDefined;
    private readonly ILookup<char, string> _plainUserDefined;
    private readonly HashSet<int> _neighbours = [];
    private readonly int _longestPiece;
    private readonly int[] _bytes = new int[256];

    public Tokenizer(SentencePieceModel model)
    {
        Pieces = model.Pieces;
        foreach (var (id, piece) in Pieces.Index())
        {
            if (piece.Kind == PieceKind.Byte)
            {
                _bytes[Convert.ToByte(piece.Text[1..^1], 16)] = id;
            }

            if (piece.Kind is PieceKind.Normal or PieceKind.UserDefined or PieceKind.Unused)
            {
                _ids.TryAdd(piece.Text, id);
            }

            if (IsControl(piece))
            {
                _special.TryAdd(piece.Text, id);
            }
            else if (_ids.TryGetValue(piece.Text, out var own) && own == id)
            {
                _plainIds.Add(piece.Text, id);
            }
        }

        foreach (var piece in _ids.Keys)
        {
            for (var at = 1; at < piece.Length; at++)
            {
                _neighbours.Add(Pair(piece[at - 1], piece[at]));
            }
        }

        _longestPiece = _ids.Keys.Select(piece => piece.Length).DefaultIfEmpty(1).Max();
        _userDefined = Longest(Pieces.Where(piece => piece.Kind == PieceKind.UserDefined));
        _plainUserDefined = Longest(Pieces.Where(piece => piece.Kind == PieceKind.UserDefined && !IsControl(piece)));
    }

    public IReadOnlyList<Piece> Pieces { get; }

    /// <summary>Returns the id of a control token such as <c>&lt;start_of_turn&gt;</c>.</summary>
    /// <exception cref="InferenceException">The tokenizer has no such token.</exception>
    public int Control(string name) =>
        MaybeControl(name) ?? throw new InferenceException("tokenizer.model", $"it has no control token {name}");

    /// <summary>Returns the id of a control token; null where there is none of that name.</summary>
    public int? MaybeControl(string name) => _special.TryGetValue(name, out var id) ? id : null;

    /// <summary>Returns true for tokens that steer the model and never stand for text.</summary>
    public bool IsControl(int id) => IsControl(Pieces[id]);

    /// <summary>Returns the byte that a token stands for; null for all other tokens.</summary>
    public byte? ByteOf(int id) =>
        id < Pieces.Count && Pieces[id] is { Kind: PieceKind.Byte, Text: var text }
            ? Convert.ToByte(text[1..^1], 16)
            : null;

    /// <summary>Encodes exactly as SentencePiece does, control tokens written in the text included.</summary>
    public List<int> EncodeTrusted(string text) => Encode(text, _ids, _userDefined, int.MaxValue)!;

    /// <summary>Encodes text that users write: a control token's name in it is only its letters.</summary>
    public List<int> Encode(string text) => EncodeWithin(text, int.MaxValue)!;

    /// <summary>
    /// Encodes as <see cref="Encode(string)"/> does; returns null where it takes more tokens than <paramref
    /// name="limit"/>, and stops as soon as that is certain.
    /// </summary>
    public List<int>? EncodeWithin(string text, int limit) => Encode(text, _plainIds, _plainUserDefined, limit);

    /// <summary>Returns the text of ids; control tokens have none.</summary>
    /// <param name="withControl">Whether control tokens are written by their names.</param>
    public string Decode(IEnumerable<int> ids, bool withControl = false)
    {
        var stream = new StreamingDecoder(this, withControl);
        var text = new StringBuilder();
        foreach (var id in ids)
        {
            text.Append(stream.Push(id));
        }

        return text.Append(stream.Flush()).ToString();
    }

    private static bool IsControl(Piece piece) =>
        piece.Kind == PieceKind.Control || (piece.Kind == PieceKind.UserDefined && ControlNames.Match(piece.Text));

    private static ILookup<char, string> Longest(IEnumerable<Piece> pieces) =>
        pieces
            .Select(piece => piece.Text)
            .Where(text => text.Length > 0)
            .OrderByDescending(text => text.Length)
            .ToLookup(text => text[0]);

    /// <summary>Returns the length of the first piece that the text starts with, 0 for none.</summary>
    private static int StartLength(ReadOnlySpan<char> text, IEnumerable<string> pieces)
    {
        foreach (var piece in pieces)
        {
            if (text.StartsWith(piece, StringComparison.Ordinal))
            {
                return piece.Length;
            }
        }

        return 0;
    }

    private static int Pair(char left, char right) => (left << 16) | right;

    /// <summary>
    /// Merges stretch by stretch, cut wherever two characters stand side by side in no piece: no merge crosses such a
    /// place, so the ids are those of the whole text, and memory and time go with the longest stretch.
    /// </summary>
    private List<int>? Encode(string text, Dictionary<string, int> ids, ILookup<char, string> userDefined, int limit)
    {
        // No token covers more than the longest piece.
        if (text.Length > (long)limit * _longestPiece)
        {
            return null;
        }

        // A lone surrogate has no UTF-8: it becomes U+FFFD here as it would on the wire.
        var escaped = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace(' ', Space);
        var lookup = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        var merger = new BytePairMerger(escaped, lookup, Pieces);
        var result = new List<int>();
        for (var at = 0; at < escaped.Length && result.Count <= limit; )
        {
            var frozen = StartLength(escaped.AsSpan(at), userDefined[escaped[at]]);
            var length =
                frozen > 0 ? frozen
                : char.IsHighSurrogate(escaped[at]) ? 2
                : 1;
            merger.Add(at, length, frozen > 0);
            at += length;
            if (at < escaped.Length && _neighbours.Contains(Pair(escaped[at - 1], escaped[at])))
            {
                continue;
            }

            foreach (var (start, count) in merger.Merge())
            {
                AddIds(result, lookup, escaped.AsSpan(start, count));
            }
        }

        return result.Count <= limit ? result : null;
    }

    private void AddIds(
        List<int> result,
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> ids,
        ReadOnlySpan<char> stretch
    )
    {
        if (ids.TryGetValue(stretch, out var id))
        {
            result.Add(id);
            return;
        }

        Span<byte> utf8 = stackalloc byte[4];
        foreach (var value in utf8[..Encoding.UTF8.GetBytes(stretch, utf8)])
        {
            result.Add(_bytes[value]);
        }
    }
}
