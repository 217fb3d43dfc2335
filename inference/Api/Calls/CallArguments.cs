using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace GemmaInference.Api.Calls;

/// <summary>
/// Writes the arguments of a call of Gemma 4's as JSON while they come: names get quotes, texts between the model's own
/// tokens get quotes and escapes, all else is the same. What is whole by the grammar is whole JSON.
/// </summary>
internal sealed class CallArguments
{
    private readonly Stack<char> _open = new();
    private readonly StringBuilder _name = new();
    private bool _isQuoted;
    private bool _isName;

    /// <summary>Gets whether the brace that closes them has come.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>Takes the token that stands around texts; returns the JSON that it comes to.</summary>
    public string Quote()
    {
        _isQuoted = !_isQuoted;
        // A name between such tokens is written when it is whole.
        return _isName ? "" : "\"";
    }

    /// <summary>Takes more; returns the JSON that it comes to, perhaps none.</summary>
    public string Push(string text)
    {
        if (_isQuoted && _isName)
        {
            _name.Append(text);
            return "";
        }

        if (_isQuoted)
        {
            return Escape(text);
        }

        var json = new StringBuilder();
        for (var at = 0; at < text.Length && !IsWhole; at++)
        {
            Mark(text[at], json);
        }

        return json.ToString();
    }

    private void Mark(char letter, StringBuilder json)
    {
        switch (letter)
        {
            case '{' or '[':
                _open.Push(letter);
                _isName = letter == '{';
                json.Append(letter);
                break;
            case '}' or ']':
                _open.TryPop(out _);
                _isName = false;
                IsWhole = _open.Count == 0;
                json.Append(letter);
                break;
            case ',':
                _isName = _open.TryPeek(out var inside) && inside == '{';
                json.Append(letter);
                break;
            case ':' when _isName:
                json.Append('"').Append(Escape(_name.ToString())).Append("\":");
                _name.Clear();
                _isName = false;
                break;
            default:
                if (_isName)
                {
                    _name.Append(letter);
                }
                else if (!char.IsWhiteSpace(letter))
                {
                    json.Append(letter);
                }

                break;
        }
    }

    private static string Escape(string text) =>
        JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString();
}
