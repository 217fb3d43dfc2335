using System.Text;
using GemmaInference.Native;

namespace GemmaInference.Text;

/// <summary>
/// Text to token ids as SentencePiece itself gives them: spaces become ▁, user-defined pieces are found longest
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
    private readonly int[] _bytes = new int[256];

    public Tokenizer(SentencePieceModel model)
    {
        Pieces = model.Pieces;
        foreach (var (id, piece) in Pieces.Index())
        {
            if (piece.Kind == PieceKind.Byte) _bytes[Convert.ToByte(piece.Text[1..^1], 16)] = id;
            if (piece.Kind is PieceKind.Normal or PieceKind.UserDefined or PieceKind.Unused) _ids.TryAdd(piece.Text, id);
            if (IsControl(piece)) _special.TryAdd(piece.Text, id);
            else if (_ids.TryGetValue(piece.Text, out var own) && own == id) _plainIds.Add(piece.Text, id);
        }

        LongestPiece = Pieces.Max(piece => piece.Text.Length);
        _userDefined = Longest(Pieces.Where(piece => piece.Kind == PieceKind.UserDefined));
        _plainUserDefined = Longest(Pieces.Where(piece => piece.Kind == PieceKind.UserDefined && !IsControl(piece)));
    }

    public IReadOnlyList<Piece> Pieces { get; }

    /// <summary>UTF-16 units that one token covers at most.</summary>
    public int LongestPiece { get; }

    /// <summary>The id of a control token such as <c>&lt;start_of_turn&gt;</c>.</summary>
    /// <exception cref="InferenceException">The tokenizer has no such token.</exception>
    public int Control(string name) =>
        _special.TryGetValue(name, out var id) ? id : throw new InferenceException("tokenizer.model", $"it has no control token {name}");

    /// <summary>True for tokens that steer the model and never stand for text.</summary>
    public bool IsControl(int id) => IsControl(Pieces[id]);

    /// <summary>Exactly what SentencePiece gives, control tokens written in the text included.</summary>
    public List<int> EncodeTrusted(string text) => Encode(text, _ids, _userDefined);

    /// <summary>For text that users write: a control token's name in it is only its letters.</summary>
    public List<int> Encode(string text) => Encode(text, _plainIds, _plainUserDefined);

    /// <summary>The text of ids; control tokens have none.</summary>
    public string Decode(IEnumerable<int> ids)
    {
        var stream = new StreamingDecoder(this);
        var text = new StringBuilder();
        foreach (var id in ids) text.Append(stream.Push(id));
        return text.Append(stream.Flush()).ToString();
    }

    private static bool IsControl(Piece piece) =>
        piece.Kind == PieceKind.Control || (piece.Kind == PieceKind.UserDefined && ControlNames.Match(piece.Text));

    private static ILookup<char, string> Longest(IEnumerable<Piece> pieces) =>
        pieces.Select(piece => piece.Text).Where(text => text.Length > 0).OrderByDescending(text => text.Length).ToLookup(text => text[0]);

    private List<int> Encode(string text, Dictionary<string, int> ids, ILookup<char, string> userDefined)
    {
        // A lone surrogate has no UTF-8: it becomes U+FFFD here as it would on the wire.
        var escaped = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace(' ', Space);
        var lookup = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        var merger = new BytePairMerger(escaped, lookup, Pieces);
        for (var at = 0; at < escaped.Length;)
        {
            var frozen = userDefined[escaped[at]].FirstOrDefault(piece => string.CompareOrdinal(escaped, at, piece, 0, piece.Length) == 0);
            var length = frozen?.Length ?? (char.IsHighSurrogate(escaped[at]) ? 2 : 1);
            merger.Add(at, length, frozen is not null);
            at += length;
        }

        var result = new List<int>(escaped.Length / 2);
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var (start, length) in merger.Merge())
        {
            if (lookup.TryGetValue(escaped.AsSpan(start, length), out var id))
            {
                result.Add(id);
                continue;
            }

            foreach (var value in utf8[..Encoding.UTF8.GetBytes(escaped.AsSpan(start, length), utf8)]) result.Add(_bytes[value]);
        }

        return result;
    }
}
