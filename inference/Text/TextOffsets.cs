using System.Buffers;
using System.Text;

namespace GemmaInference.Text;

/// <summary>
/// Says where the text of each token begins in what a <see cref="StreamingDecoder"/> shows of all; the tokens of one
/// character's bytes begin where the character does. One per stream.
/// </summary>
internal sealed class TextOffsets(Tokenizer tokenizer)
{
    private readonly StreamingDecoder _decoder = new(tokenizer);
    private readonly List<byte> _unfinished = [];
    private int _shown;

    /// <summary>Takes the next token in and returns where its text begins.</summary>
    public int Next(int id)
    {
        if (tokenizer.ByteOf(id) is { } value)
        {
            return NextByte(value);
        }

        Flush();
        var start = _shown;
        _shown += _decoder.Push(id).Length;
        return start;
    }

    /// <summary>Ends a stretch of text: an unfinished character is shown as U+FFFD, one character wide.</summary>
    public void Flush()
    {
        _shown += _unfinished.Count > 0 ? 1 : 0;
        _unfinished.Clear();
    }

    private int NextByte(byte value)
    {
        _unfinished.Add(value);
        var status = Rune.DecodeFromUtf8([.. _unfinished], out var rune, out _);
        if (status == OperationStatus.InvalidData && _unfinished.Count > 1)
        {
            // The bytes before are no character; this one may begin another.
            _unfinished.RemoveAt(_unfinished.Count - 1);
            Flush();
            return NextByte(value);
        }

        var start = _shown;
        if (status != OperationStatus.NeedMoreData)
        {
            // Invalid bytes decode as U+FFFD.
            _shown += rune.Utf16SequenceLength;
            _unfinished.Clear();
        }

        return start;
    }
}
