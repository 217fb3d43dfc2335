using GemmaInference.Model;
using GemmaInference.Torch;

namespace GemmaInference.Engine;

/// <summary>
/// Moves the sequences that hold slots on, one step at a time: drops what was cancelled, reads prompts in chunks,
/// decodes all others as one batch, samples all finished rows at once. Used by the engine's thread alone.
/// </summary>
internal sealed class StepRunner(
    GemmaModel model,
    KvCache cache,
    EngineOptions options,
    TimeProvider time,
    EngineMetrics metrics
)
{
    private readonly SortedSet<int> _free = [.. Enumerable.Range(0, cache.Slots)];
    private readonly List<Sequence> _active = [];

    public bool HasRoom => _free.Count > 0;

    public int Active => _active.Count;

    /// <summary>Gets the part of the cache's tokens that is in use, from 0 to 1.</summary>
    public double Usage => _active.Sum(item => (double)item.Cached) / ((double)cache.Slots * cache.Context);

    /// <summary>Gives a sequence the lowest free slot, which keeps batches contiguous.</summary>
    public void Admit(Sequence sequence)
    {
        sequence.Slot = _free.Min;
        _free.Remove(sequence.Slot);
        _active.Add(sequence);
        sequence.UploadPrompt(model.Device);
        // Ordered by slot, so that contiguous slots can be viewed rather than gathered.
        _active.Sort((left, right) => left.Slot.CompareTo(right.Slot));
        metrics.QueueTime.Observe(time.GetElapsedTime(sequence.Submitted));
    }

    public void Step()
    {
        foreach (var cancelled in _active.Where(item => item.IsCancelled).ToList())
        {
            Release(cancelled, cancelled.CancelReason);
        }

        if (_active.Count == 0)
        {
            return;
        }

        using var scope = TensorScope.Open();
        // All copies to the device come first, while it has nothing to do: later ones would wait for the model.
        var rows = new List<Sequence>(_active.Count);
        var decode = PlanDecode(rows);
        var chunks = PlanPrompts(rows);
        var inputs = rows.Count > 0 ? SamplingInputs.Upload(rows, model.Device) : null;

        var logits = new List<Tensor>(2);
        if (decode is not null)
        {
            logits.Add(model.Run(cache, decode));
        }

        var answers = new List<Tensor>(1);
        foreach (var chunk in chunks)
        {
            Read(chunk, logits, answers);
        }

        if (inputs is not null)
        {
            answers.Add(Sampler.Choose(logits.Count == 1 ? logits[0] : Tensor.Concatenate(0, [.. logits]), inputs));
        }

        if (answers.Count > 0)
        {
            HandOut(Readback.All(answers), chunks, inputs);
        }

        foreach (var item in _active.Where(item => item is { PromptRead: true, Request.MaxTokens: 0 }).ToList())
        {
            Release(item, FinishReason.Length);
        }
    }

    /// <summary>Ends all sequences because the device failed.</summary>
    public void Fail(Exception cause)
    {
        foreach (var item in _active)
        {
            item.Fail(cause);
        }

        _active.Clear();
    }

    private StepPlan? PlanDecode(List<Sequence> rows)
    {
        // Those that only read their prompts are released as soon as that is done.
        rows.AddRange(_active.Where(item => item.PromptRead));
        if (rows.Count == 0)
        {
            return null;
        }

        int[] slots = [.. rows.Select(row => row.Slot)],
            positions = [.. rows.Select(row => row.Cached)],
            last = [.. rows.Select(row => row.Last)];
        foreach (var row in rows)
        {
            row.Cached++;
        }

        return model.PlanDecode(cache, slots, positions, last);
    }

    /// <returns>Chunks to read.</returns>
    private List<PromptChunk> PlanPrompts(List<Sequence> rows)
    {
        var chunks = new List<PromptChunk>();
        var budget = options.PrefillTokens;
        foreach (var item in _active.Where(item => !item.PromptRead).OrderBy(item => item.Submitted).ToList())
        {
            if (budget == 0)
            {
                break;
            }

            int[] tokens = [.. item.Request.Prompt.Skip(item.Cached).Take(budget)];
            var plan = model.PlanPrefill(cache, item.Slot, item.Cached, tokens);
            int[] scored = item.Request.ScoresPrompt
                ? [.. item.Request.Prompt.Skip(item.Cached + 1).Take(tokens.Length)]
                : [];
            item.Cached += tokens.Length;
            budget -= tokens.Length;
            metrics.Prompt(tokens.Length);
            var isSampled = item.PromptRead && item.Request.MaxTokens > 0;
            chunks.Add(
                new PromptChunk(
                    item,
                    plan,
                    isSampled,
                    scored,
                    scored.Length > 0 ? Tensor.Of([.. scored.Select(token => (long)token)], model.Device) : null
                )
            );
            if (isSampled)
            {
                rows.Add(item);
            }
        }

        return chunks;
    }

    private void Read(PromptChunk chunk, List<Tensor> logits, List<Tensor> scores)
    {
        if (chunk.Next is not { } next)
        {
            var last = model.Run(cache, chunk.Plan);
            if (chunk.IsSampled)
            {
                logits.Add(last);
            }

            return;
        }

        var states = model.Read(cache, chunk.Plan);
        scores.Add(PromptScorer.Score(model, states, next, chunk.Sequence.Request.TopLogprobs ?? 0));
        if (chunk.IsSampled)
        {
            logits.Add(model.Logits(states.Narrow(0, chunk.Plan.Tokens - 1, 1)));
        }
    }

    /// <param name="answers">The scores of each chunk that has some, then what was sampled.</param>
    private void HandOut(IReadOnlyList<float[]> answers, List<PromptChunk> chunks, SamplingInputs? inputs)
    {
        foreach (var (chunk, values) in chunks.Where(chunk => chunk.Next is not null).Zip(answers))
        {
            var width = values.Length / chunk.Scored.Count;
            chunk.Sequence.Score(
                new EngineEvent.Scored([
                    .. chunk.Scored.Select(
                        (token, index) =>
                            PromptScorer.Unpack(
                                token,
                                values.AsSpan(index * width, width),
                                chunk.Sequence.Request.TopLogprobs ?? 0
                            )
                    ),
                ])
            );
        }

        if (inputs is not null)
        {
            foreach (var (row, token) in inputs.Rows.Zip(Sampler.Unpack(answers[^1], inputs)))
            {
                Deliver(row, token);
            }
        }
    }

    private void Deliver(Sequence item, EngineEvent.Token token)
    {
        var now = time.GetTimestamp();
        (item.Generated == 0 ? metrics.TimeToFirstToken : metrics.InterTokenLatency).Observe(
            time.GetElapsedTime(item.LastToken, now)
        );
        item.LastToken = now;
        metrics.Generated(1);
        token = item.Constrain(token);
        if (item.Request.StopTokens.Contains(token.Id))
        {
            Release(item, FinishReason.Stop);
            return;
        }

        item.Accept(token);
        if (item.IsComplete)
        {
            Release(item, FinishReason.Stop);
        }
        else if (item.Generated >= item.Request.MaxTokens || item.Cached >= cache.Context)
        {
            Release(item, FinishReason.Length);
        }
    }

    private void Release(Sequence item, FinishReason reason)
    {
        _active.Remove(item);
        _free.Add(item.Slot);
        metrics.Finished(reason);
        metrics.Latency.Observe(time.GetElapsedTime(item.Submitted));
        item.Finish(reason);
    }
}
