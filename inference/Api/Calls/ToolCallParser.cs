using System.Text;
using System.Text.RegularExpressions;

namespace GemmaInference.Api.Calls;

/// <summary>
/// Finds calls of functions in an answer while it is written, and what is said otherwise. Text is held back while
/// it may still become a call. The engine lets no text begin as a call and go on as something else, so that
/// arguments can be handed out before they are whole.
/// </summary>
/// <param name="names">Of the functions that may be called.</param>
/// <param name="isForced">Whether the answer can be nothing but calls: what was cut short is then no text.</param>
internal sealed partial class ToolCallParser(IReadOnlyList<string> names, bool isForced = false)
{
    private readonly StringBuilder _held = new();
    private State _state = State.Open;
    private int _calls;
    private int _depth;
    private bool _isQuoted;
    private bool _isEscaped;

    private enum State
    {
        /// <summary>Says that it may be text, or calls.</summary>
        Open,
        Text,
        Between,
        Arguments,
    }

    /// <summary>Gets whether there were calls, and each of them is whole.</summary>
    public bool IsWhole => _calls > 0 && _state == State.Between;

    public bool HasCalls => _calls > 0;

    /// <summary>Takes more of the answer.</summary>
    /// <returns>What is said to the user, and what is called.</returns>
    public (string Text, IReadOnlyList<ToolCallDelta> Calls) Push(string text)
    {
        if (_state == State.Text || text.Length == 0)
        {
            return (text, []);
        }

        _held.Append(text);
        List<ToolCallDelta> calls = [];
        while (true)
        {
            switch (_state)
            {
                case State.Arguments:
                    Forward(calls);
                    if (_state == State.Arguments)
                    {
                        return ("", calls);
                    }

                    break;
                case State.Open when !CallPrefix.Fits(_held.ToString(), names):
                    _state = State.Text;
                    return (Flush(), calls);
                default:
                    if (!TryBegin(calls))
                    {
                        return ("", calls);
                    }

                    break;
            }
        }
    }

    /// <summary>Returns what was held back, at the end: text that became no call.</summary>
    public string Finish() => _state == State.Open && !isForced ? Flush() : "";

    private string Flush()
    {
        var text = _held.ToString();
        _held.Clear();
        return text;
    }

    private bool TryBegin(List<ToolCallDelta> calls)
    {
        var text = _held.ToString();
        if (Head().Match(text) is not { Success: true } head || !names.Contains(head.Groups["name"].Value))
        {
            return false;
        }

        var name = head.Groups["name"].Value;
        // The brace is the arguments' own.
        var start = head.Length - 1;
        _held.Clear().Append(text, start, text.Length - start);
        calls.Add(new ToolCallDelta(_calls++, $"call_{Guid.NewGuid():N}", name, "", IsLast: false));
        _state = State.Arguments;
        return true;
    }

    /// <summary>Hands out arguments up to the brace that closes them.</summary>
    private void Forward(List<ToolCallDelta> calls)
    {
        var at = 0;
        while (at < _held.Length && _state == State.Arguments)
        {
            var letter = _held[at++];
            if (_isEscaped)
            {
                _isEscaped = false;
            }
            else if (_isQuoted)
            {
                _isEscaped = letter == '\\';
                _isQuoted = letter != '"';
            }
            else
            {
                _isQuoted = letter == '"';
                _depth += letter switch
                {
                    '{' or '[' => 1,
                    '}' or ']' => -1,
                    _ => 0,
                };
                _state = _depth == 0 ? State.Between : State.Arguments;
            }
        }

        if (at > 0)
        {
            calls.Add(new ToolCallDelta(_calls - 1, null, null, _held.ToString(0, at), _state == State.Between));
            _held.Remove(0, at);
        }
    }

    /// <summary>Matches the end of the call before and all of this one up to the arguments' first brace.</summary>
    [GeneratedRegex(
        """\A[^"]*"name"\s*:\s*"(?<name>[A-Za-z0-9_-]+)"\s*,\s*"parameters"\s*:\s*\{""",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Head();
}
