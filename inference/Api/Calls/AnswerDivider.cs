using System.Text;
using GemmaInference.Text;

namespace GemmaInference.Api.Calls;

/// <summary>
/// Divides an answer of Gemma 4's while it is written, by the tokens that it has for that: into what is thought within
/// a channel, what is called, and what is said. The channel's name is no part of the thought.
/// </summary>
/// <param name="hasTools">Whether functions may be called; else the tokens of calls have no meaning.</param>
internal sealed class AnswerDivider(AnswerMarks marks, bool hasTools)
{
    /// <summary>Names the channel in which models think.</summary>
    private const string Channel = "thought\n";

    private readonly StringBuilder _held = new();
    private State _state = State.Said;
    private CallArguments? _arguments;
    private int _calls;

    private enum State
    {
        Said,

        /// <summary>Says that the channel's name may not be whole yet.</summary>
        Naming,
        Thought,

        /// <summary>Says that a call has begun, and the function's name isn't whole yet.</summary>
        Calling,
        Arguments,

        /// <summary>Says that a call is whole.</summary>
        Called,
    }

    /// <summary>Gets whether there were calls, and each of them is whole.</summary>
    public bool IsWhole => _calls > 0 && _state == State.Called;

    /// <summary>Tells whether a token divides the answer where it comes now.</summary>
    public bool IsMark(int token) =>
        token == marks.ChannelStart ? _state == State.Said
        : token == marks.ChannelEnd ? _state is State.Naming or State.Thought
        // A call ends what is thought, too: the grammar lets nothing but calls come after it.
        : token == marks.CallStart ? hasTools && _state is not (State.Calling or State.Arguments)
        : token == marks.CallEnd ? _state is State.Calling or State.Arguments
        : token == marks.Quote && _state == State.Arguments;

    /// <summary>Takes a token that divides.</summary>
    public AnswerPiece Take(int token)
    {
        if (token == marks.Quote)
        {
            return Forward(_arguments!.Quote());
        }

        var thought = Finish();
        _held.Clear();
        _state =
            token == marks.ChannelStart ? State.Naming
            : token == marks.ChannelEnd ? State.Said
            : token == marks.CallStart ? State.Calling
            : State.Called;
        return new AnswerPiece("", thought, []);
    }

    /// <summary>Takes more text.</summary>
    public AnswerPiece Push(string text)
    {
        if (text.Length == 0)
        {
            return AnswerPiece.Nothing;
        }

        switch (_state)
        {
            case State.Said:
                return AnswerPiece.Saying(text);
            case State.Thought:
                return new AnswerPiece("", text, []);
            case State.Naming:
                _held.Append(text);
                var held = _held.ToString();
                if (Channel.StartsWith(held, StringComparison.Ordinal) && held.Length < Channel.Length)
                {
                    return AnswerPiece.Nothing;
                }

                var thought = Finish();
                _state = State.Thought;
                return new AnswerPiece("", thought, []);
            case State.Calling:
                _held.Append(text);
                return Begin();
            case State.Arguments:
                return Forward(_arguments!.Push(text));
            default:
                return AnswerPiece.Nothing;
        }
    }

    /// <summary>Returns what of a thought was held back, without the channel's name.</summary>
    public string Finish()
    {
        if (_state != State.Naming)
        {
            return "";
        }

        var held = _held.ToString();
        _held.Clear();
        return held.StartsWith(Channel, StringComparison.Ordinal) ? held[Channel.Length..]
            : Channel.StartsWith(held, StringComparison.Ordinal) ? ""
            : held;
    }

    private AnswerPiece Begin()
    {
        var held = _held.ToString();
        var brace = held.IndexOf('{');
        if (brace < 0)
        {
            return AnswerPiece.Nothing;
        }

        var name = held[(held.IndexOf(':') + 1)..brace].Trim();
        _arguments = new CallArguments();
        _state = State.Arguments;
        _held.Clear();
        var begun = new ToolCallDelta(_calls++, $"call_{Guid.NewGuid():N}", name, "", IsLast: false);
        return new AnswerPiece("", "", [begun, .. Forward(_arguments.Push(held[brace..])).Calls]);
    }

    private AnswerPiece Forward(string json) =>
        json.Length == 0
            ? AnswerPiece.Nothing
            : new AnswerPiece("", "", [new ToolCallDelta(_calls - 1, null, null, json, _arguments!.IsWhole)]);
}
