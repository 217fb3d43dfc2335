using System.Text;

namespace GemmaInference.Api;

/// <summary>Holds one choice, gathered from its pieces.</summary>
internal sealed class CollectedChoice(int index)
{
    private readonly StringBuilder _text = new();
    private readonly StringBuilder _thought = new();
    private readonly List<TokenLogprob> _logprobs = [];
    private readonly List<Call> _calls = [];

    public int Index => index;

    public string Text => _text.ToString();

    public int Length => _text.Length;

    /// <summary>Gets what the model thought; null where it thought nothing.</summary>
    public string? Thought => _thought.Length == 0 ? null : _thought.ToString();

    public IReadOnlyList<TokenLogprob> Logprobs => _logprobs;

    public string? FinishReason { get; private set; }

    /// <summary>Gets the calls of functions that are whole: of one that was cut short the reason tells.</summary>
    public IReadOnlyList<(string Id, string Name, string Arguments)> Calls =>
        [.. _calls.Where(call => call.IsWhole).Select(call => (call.Id, call.Name, call.Arguments.ToString()))];

    public void Add(ChoiceDelta delta)
    {
        _text.Append(delta.Text);
        _thought.Append(delta.Thought);
        _logprobs.AddRange(delta.Logprobs);
        FinishReason = delta.FinishReason;
        foreach (var call in delta.Calls)
        {
            if (call is { Id: { } id, Name: { } name })
            {
                _calls.Add(new Call(id, name));
            }

            _calls[call.Index].Arguments.Append(call.Arguments);
            _calls[call.Index].IsWhole |= call.IsLast;
        }
    }

    private sealed class Call(string id, string name)
    {
        public string Id => id;

        public string Name => name;

        public StringBuilder Arguments { get; } = new();

        public bool IsWhole { get; set; }
    }
}
