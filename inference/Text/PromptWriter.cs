using System.Text;

namespace GemmaInference.Text;

/// <summary>
/// Writes a prompt of control tokens and texts. What stands between two control tokens is encoded in one piece, as
/// merges may cross where one text ends and another begins; control tokens' names in texts are only letters.
/// </summary>
/// <param name="limit">Tokens that it may have.</param>
internal sealed class PromptWriter(Tokenizer tokenizer, int limit)
{
    private readonly List<int> _ids = [];
    private readonly StringBuilder _text = new();
    private bool _isFull;

    public PromptWriter Text(string text)
    {
        if (!_isFull)
        {
            _text.Append(text);
        }

        return this;
    }

    /// <exception cref="Native.InferenceException">The tokenizer has no such token.</exception>
    public PromptWriter Control(string name)
    {
        var id = tokenizer.Control(name);
        Flush();
        _ids.Add(id);
        return this;
    }

    /// <summary>Returns the prompt; null where it takes more tokens than it may.</summary>
    public List<int>? End()
    {
        Flush();
        return _isFull || _ids.Count > limit ? null : _ids;
    }

    private void Flush()
    {
        if (_text.Length == 0 || _isFull)
        {
            return;
        }

        if (tokenizer.EncodeWithin(_text.ToString(), Math.Max(0, limit - _ids.Count)) is { } ids)
        {
            _ids.AddRange(ids);
        }
        else
        {
            _isFull = true;
        }

        _text.Clear();
    }
}
