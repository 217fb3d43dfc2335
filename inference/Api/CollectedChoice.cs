using System.Text;

namespace GemmaInference.Api;

/// <summary>Holds one choice, gathered from its pieces.</summary>
internal sealed class CollectedChoice(int index)
{
    private readonly StringBuilder _text = new();
    private readonly List<TokenLogprob> _logprobs = [];

    public int Index => index;

    public string Text => _text.ToString();

    public int Length => _text.Length;

    public IReadOnlyList<TokenLogprob> Logprobs => _logprobs;

    public string? FinishReason { get; private set; }

    public void Add(ChoiceDelta delta)
    {
        _text.Append(delta.Text);
        _logprobs.AddRange(delta.Logprobs);
        FinishReason = delta.FinishReason;
    }
}
