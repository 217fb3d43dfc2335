using System.Globalization;
using System.Text;

namespace GemmaInference.Text;

/// <summary>Ids to text, one at a time; bytes of an unfinished UTF-8 character are held back. One per stream.</summary>
/// <param name="withControl">Whether control tokens are written by their names; else they have no text.</param>
internal sealed class StreamingDecoder(Tokenizer tokenizer, bool withControl = false)
{
    private readonly Decoder _utf8 = Encoding.UTF8.GetDecoder();
    private bool _pending;

    /// <summary>Returns the text that this id completes, perhaps none.</summary>
    public string Push(int id)
    {
        // A vocabulary may be padded beyond its tokenizer; such an id stands for nothing.
        if (id >= tokenizer.Pieces.Count)
        {
            return Flush();
        }

        var piece = tokenizer.Pieces[id];
        if (piece.Kind == PieceKind.Byte)
        {
            _pending = true;
            return Bytes(byte.Parse(piece.Text.AsSpan(3, 2), NumberStyles.HexNumber), flush: false);
        }

        var text =
            piece.Kind == PieceKind.Unknown ? " \u2047 "
            : tokenizer.IsControl(id)
                ? withControl ? piece.Text
                    : ""
            : piece.Text.Replace(Tokenizer.Space, ' ');
        return _pending ? Flush() + text : text;
    }

    /// <summary>Returns what is left at the end: an unfinished character becomes U+FFFD.</summary>
    public string Flush()
    {
        if (!_pending)
        {
            return "";
        }

        _pending = false;
        Span<char> chars = stackalloc char[4];
        return new string(chars[.._utf8.GetChars([], chars, flush: true)]);
    }

    private string Bytes(byte value, bool flush)
    {
        Span<char> chars = stackalloc char[4];
        return new string(chars[.._utf8.GetChars([value], chars, flush)]);
    }
}
