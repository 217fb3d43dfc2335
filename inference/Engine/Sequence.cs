using System.Threading.Channels;
using GemmaInference.Grammar;
using GemmaInference.Torch;

namespace GemmaInference.Engine;

/// <summary>
/// Follows one sequence on its way. Callers read <see cref="Events"/> and may <see cref="Cancel"/>; all else belongs to
/// the engine's thread. Events number at most one per token, and the end: so a slow reader holds no slot and needs no
/// bound.
/// </summary>
internal sealed class Sequence(GenerationRequest request, long submitted)
{
    private readonly Channel<EngineEvent> _events = Channel.CreateUnbounded<EngineEvent>(
        new() { SingleReader = true, SingleWriter = true }
    );

    private readonly Dictionary<int, int> _counts = [];
    private readonly List<int> _answer = [];
    private readonly HashSet<int> _prompt = request.Sampling.RepetitionPenalty == 1 ? [] : request.Prompt.ToHashSet();
    private readonly TokenConstraint? _constraint = request.Constraint?.Begin(request.StopTokens);
    private volatile bool _cancelled;

    public GenerationRequest Request => request;

    /// <summary>
    /// Gets the tokens that are read before the next is chosen: the prompt's, and after <see cref="PutBack"/> the
    /// answer's so far.
    /// </summary>
    public int[] Prompt { get; private set; } = [.. request.Prompt];

    /// <summary>Gets or sets which of all sequences that got a slot it was; 0 before that.</summary>
    public long Order { get; set; }

    /// <summary>Gets whether it lost its slot, and reads once more what it had read.</summary>
    public bool WasPutBack { get; private set; }

    /// <summary>Gets or sets how many of the prompt's tokens metrics count.</summary>
    public int CountedTokens { get; set; }

    /// <summary>Gets how many of the prompt's tokens were scored.</summary>
    public int ScoredTokens { get; private set; }

    public ChannelReader<EngineEvent> Events => _events.Reader;

    public bool IsCancelled => _cancelled;

    public FinishReason CancelReason { get; private set; } = FinishReason.Cancelled;

    /// <summary>Gets the timestamp of submission.</summary>
    public long Submitted { get; } = submitted;

    /// <summary>Gets the timestamp of the last token, or of submission.</summary>
    public long LastToken { get; set; } = submitted;

    /// <summary>Gets the timestamp at which it got a slot; null until then.</summary>
    public long? Admitted { get; set; }

    /// <summary>Gets the timestamp of the first token; null until then.</summary>
    public long? FirstToken { get; set; }

    /// <summary>Gets the timestamp of its end; null until then.</summary>
    public long? Ended { get; set; }

    /// <summary>Gets where it lies in the cache; −1 while waiting.</summary>
    public int Slot { get; set; } = -1;

    /// <summary>Gets the number of tokens in the cache so far.</summary>
    public int Cached { get; set; }

    /// <summary>Gets or sets whether its slot is its own: before, the slot holds what a former sequence left.</summary>
    public bool HasBegun { get; set; }

    /// <summary>Gets the number of tokens chosen so far.</summary>
    public int Generated { get; private set; }

    /// <summary>Gets the token to feed next, once the prompt is read.</summary>
    public int Last { get; private set; }

    public bool PromptRead => Cached >= Prompt.Length;

    /// <summary>Counts how often each token was generated, kept only where a penalty asks for it.</summary>
    public IReadOnlyDictionary<int, int> Counts => _counts;

    /// <summary>
    /// Gets the prompt's tokens, each once, on the device; null where no repetition penalty asks for them, and until
    /// <see cref="UploadPrompt"/>.
    /// </summary>
    public Tensor? PromptTokens { get; private set; }

    public bool HasPenalties =>
        request.Sampling is { PresencePenalty: not 0 } or { FrequencyPenalty: not 0 } or { RepetitionPenalty: not 1 };

    public bool HasBiases => request.Sampling.LogitBias.Count > 0 || Generated < request.MinTokens;

    /// <summary>Gets what the next token's logits get added: minus infinity bars a token.</summary>
    public IEnumerable<(int Token, float Bias)> Biases =>
        request
            .Sampling.LogitBias.Select(bias => (bias.Key, bias.Value))
            .Concat(
                Generated < request.MinTokens
                    ? request.BarredTokens.Select(token => (token, float.NegativeInfinity))
                    : []
            );

    /// <summary>Gets what bars tokens now; null where every token may come next.</summary>
    public TokenConstraint? Barring => _constraint is { Bars: true } ? _constraint : null;

    /// <summary>Gets whether nothing can follow what was chosen so far.</summary>
    public bool IsComplete => _constraint is { IsComplete: true };

    /// <summary>
    /// Brings what each step needs of the prompt to the device, once: it may be long. The sequence's end frees it.
    /// </summary>
    public void UploadPrompt(Device device)
    {
        if (_prompt.Count > 0 && PromptTokens is null)
        {
            PromptTokens = Tensor.Of([.. _prompt.Select(token => (long)token)], device).Detach();
        }
    }

    /// <summary>Returns true for the tokens of <see cref="PromptTokens"/>.</summary>
    public bool IsInPrompt(int token) => _prompt.Contains(token);

    /// <summary>Gives up; the slot is free at the next step. Harmless at any time.</summary>
    /// <param name="reason">What to count it as: a stop string that was seen is no abort.</param>
    public void Cancel(FinishReason reason = FinishReason.Cancelled)
    {
        if (_cancelled)
        {
            return;
        }

        CancelReason = reason;
        _cancelled = true;
    }

    /// <summary>Gets whether the answer may end here as far as its grammar goes.</summary>
    public bool MayEnd => _constraint is null or { IsAccepting: true };

    /// <summary>
    /// Returns a sampled token, or one that fits in the place of one that doesn't; null where none can follow.
    /// </summary>
    public EngineEvent.Token? Constrain(EngineEvent.Token token) =>
        _constraint is null ? token
        : _constraint.Take(token.Id) is not { } id ? null
        : id == token.Id ? token
        : token with { Id = id };

    /// <summary>
    /// Gives its slot up for others. All else stays as it is, so that it goes on with the next token once its tokens
    /// were read again.
    /// </summary>
    public void PutBack()
    {
        Prompt = [.. request.Prompt, .. _answer];
        (Slot, Cached, HasBegun, WasPutBack) = (-1, 0, false, true);
    }

    public void Accept(EngineEvent.Token token)
    {
        Last = token.Id;
        Generated++;
        _answer.Add(token.Id);
        if (HasPenalties)
        {
            _counts[token.Id] = _counts.GetValueOrDefault(token.Id) + 1;
        }

        _events.Writer.TryWrite(token);
    }

    /// <summary>Hands out what the model thought of the prompt's next tokens.</summary>
    public void Score(EngineEvent.Scored scored)
    {
        ScoredTokens += scored.Tokens.Count;
        _events.Writer.TryWrite(scored);
    }

    public void Finish(FinishReason reason)
    {
        PromptTokens?.Dispose();
        _events.Writer.TryWrite(new EngineEvent.Finished(reason));
        _events.Writer.TryComplete();
    }

    public void Fail(Exception cause)
    {
        PromptTokens?.Dispose();
        _events.Writer.TryComplete(cause);
    }

    /// <summary>
    /// Gets the random number in [0, 1), 24 bits, that the next token is drawn by: the sequence's own, whatever runs
    /// beside it, and the same until that token is there (splitmix64).
    /// </summary>
    public float Uniform
    {
        get
        {
            var z = unchecked(request.Sampling.Seed + (((ulong)Generated + 1) * 0x9E3779B97F4A7C15));
            z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9);
            z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EB);
            return ((z ^ (z >> 31)) >> 40) / 16777216f;
        }
    }
}
