using GemmaInference.Engine.Graphs;
using GemmaInference.Model;
using GemmaInference.Torch;

namespace GemmaInference.Engine;

/// <summary>
/// Moves the sequences that hold slots on, one step at a time: drops what was cancelled, carries prompts' chunks and
/// all others' tokens through the model in one pass, samples all finished rows at once. Used by the engine's thread
/// alone.
/// </summary>
/// <param name="graphs">Computes steps that only decode; null where nothing does.</param>
internal sealed class StepRunner(
    GemmaModel model,
    KvCache cache,
    EngineOptions options,
    TimeProvider time,
    EngineMetrics metrics,
    DecodeGraphs? graphs = null
)
{
    private readonly SlotTable _slots = new(cache, options.ReusesPrompts);
    private StepPlanner? _planner;
    private Seating? _seats;

    /// <summary>Gets how many sequences have a slot or had one.</summary>
    public int Active => Seats.Seated.Count + Seats.PutBack.Count;

    /// <summary>Gets how many of them wait for another.</summary>
    public int PutBack => Seats.PutBack.Count;

    /// <summary>Gets the part of the cache that is in use, from 0 to 1.</summary>
    public double Usage =>
        cache.Pages > 0
            ? _slots.Usage
            : Seats.Seated.Sum(item => (double)item.Cached) / ((double)cache.Slots * cache.Context);

    private StepPlanner Planner => _planner ??= new StepPlanner(_slots, options, metrics, model.Device);

    private Seating Seats => _seats ??= new Seating(cache, _slots, metrics);

    /// <summary>Gives those slots that lost theirs, as far as there is memory.</summary>
    public void Readmit()
    {
        DropCancelled(Seats.PutBack);
        Seats.Readmit();
    }

    /// <summary>
    /// Gives a sequence a slot, with memory for its prompt; returns false where there is none, or others come first.
    /// </summary>
    public bool TryAdmit(Sequence sequence)
    {
        if (!Seats.TryAdmit(sequence))
        {
            return false;
        }

        sequence.UploadPrompt(model.Device);
        sequence.Admitted = time.GetTimestamp();
        metrics.QueueTime.Observe(time.GetElapsedTime(sequence.Submitted));
        return true;
    }

    public void Step()
    {
        DropCancelled(Seats.Seated);
        Seats.DemandMemory();
        if (Seats.Seated.Count == 0)
        {
            return;
        }

        var begun = time.GetTimestamp();
        using (TensorScope.Open())
        {
            var steps = Planner.Plan(Seats.Seated);
            Run(steps);
            Planner.Observe(steps, time.GetElapsedTime(begun));
        }

        if (graphs is not null)
        {
            metrics.Graphs(graphs.Count, graphs.Trouble);
        }

        foreach (var item in Seats.Seated.Where(item => item is { PromptRead: true, Request.MaxTokens: 0 }).ToList())
        {
            Release(item, FinishReason.Length);
        }
    }

    /// <summary>Ends all sequences because the device failed.</summary>
    public void Fail(Exception cause)
    {
        foreach (var item in Seats.Seated.Concat(Seats.PutBack))
        {
            item.Fail(cause);
        }

        Seats.Clear();
    }

    private void DropCancelled(IEnumerable<Sequence> items)
    {
        foreach (var cancelled in items.Where(item => item.IsCancelled).ToList())
        {
            Release(cancelled, cancelled.CancelReason);
        }
    }

    private void Run(List<SequenceStep> steps)
    {
        if (
            graphs is { Trouble: null }
            && steps.All(step => step is { IsSampled: true, Row.Count: 1, Next: null })
            && RunByGraph(steps, graphs)
        )
        {
            metrics.GraphStep();
            return;
        }

        graphs?.Watch();
        // All copies to the device come first, while it has nothing to do: later ones would wait for the model.
        var plan = model.Plan(cache, [.. steps.Select(step => step.Row)]);
        List<Sequence> sampled = [.. steps.Where(step => step.IsSampled).Select(step => step.Sequence)];
        var inputs = sampled.Count > 0 ? SamplingInputs.Upload(sampled, model.Device) : null;
        Tensor? lasts =
            sampled.Count is 0 || sampled.Count == plan.Tokens ? null : Tensor.Of(Lasts(steps), model.Device);

        var states = model.Read(cache, plan);
        var answers = new List<Tensor>(1);
        var first = 0;
        foreach (var step in steps)
        {
            if (step.Next is { } next)
            {
                var own = states.Narrow(0, first, step.Row.Count);
                answers.Add(PromptScorer.Score(model, own, next, step.Sequence.Request.TopLogprobs ?? 0));
            }

            first += step.Row.Count;
        }

        if (inputs is not null)
        {
            var logits = model.Logits(lasts is { } places ? states.IndexSelect(0, places) : states);
            answers.Add(Sampler.Choose(logits, inputs));
        }

        if (answers.Count > 0)
        {
            HandOut(Readback.All(answers), steps, inputs);
        }
    }

    /// <summary>Returns false where nothing was done.</summary>
    private bool RunByGraph(List<SequenceStep> steps, DecodeGraphs recorded)
    {
        StepRow[] rows = [.. steps.Select(step => step.Row)];
        List<Sequence> sampled = [.. steps.Select(step => step.Sequence)];
        if (SamplingInputs.Plain(sampled) is { } draws)
        {
            if (recorded.Choose(rows, draws) is not { } tokens)
            {
                return false;
            }

            foreach (var (row, token) in sampled.Zip(tokens))
            {
                Deliver(row, new EngineEvent.Token((int)token, 0, []));
            }

            return true;
        }

        if (recorded.Logits(rows) is not { } logits)
        {
            return false;
        }

        // What is sampled here takes memory beside the graphs, of which one may just have been recorded. Where they
        // are given up, what is viewed here stays until the step ends.
        recorded.Watch();
        var inputs = SamplingInputs.Upload(sampled, model.Device);
        HandOut(Readback.All([Sampler.Choose(logits, inputs)]), steps, inputs);
        return true;
    }

    /// <summary>Returns where the last tokens of those lie that are sampled.</summary>
    private static long[] Lasts(List<SequenceStep> steps)
    {
        var lasts = new List<long>(steps.Count);
        var end = 0L;
        foreach (var step in steps)
        {
            end += step.Row.Count;
            if (step.IsSampled)
            {
                lasts.Add(end - 1);
            }
        }

        return [.. lasts];
    }

    /// <param name="answers">The scores of each prompt that has some, then what was sampled.</param>
    private void HandOut(IReadOnlyList<float[]> answers, List<SequenceStep> steps, SamplingInputs? inputs)
    {
        foreach (var (step, values) in steps.Where(step => step.Next is not null).Zip(answers))
        {
            var width = values.Length / step.Scored.Count;
            step.Sequence.Score(
                new EngineEvent.Scored([
                    .. step.Scored.Select(
                        (token, index) =>
                            PromptScorer.Unpack(
                                token,
                                values.AsSpan(index * width, width),
                                step.Sequence.Request.TopLogprobs ?? 0
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

    private void Deliver(Sequence item, EngineEvent.Token sampled)
    {
        var now = time.GetTimestamp();
        (item.Generated == 0 ? metrics.TimeToFirstToken : metrics.InterTokenLatency).Observe(
            time.GetElapsedTime(item.LastToken, now)
        );
        item.FirstToken ??= now;
        item.LastToken = now;
        metrics.Generated(1);
        if (item.Constrain(sampled) is not { } token)
        {
            if (item.MayEnd)
            {
                Release(item, FinishReason.Stop);
            }
            else
            {
                Release(item, FinishReason.Cancelled, new UnspellableException());
            }

            return;
        }

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

    /// <param name="cause">What the answer can't be finished of; null where it is.</param>
    private void Release(Sequence item, FinishReason reason, Exception? cause = null)
    {
        Seats.Remove(item);
        metrics.Finished(reason);
        metrics.Latency.Observe(time.GetElapsedTime(item.Submitted));
        item.Ended = time.GetTimestamp();
        if (cause is null)
        {
            item.Finish(reason);
        }
        else
        {
            item.Fail(cause);
        }
    }
}
