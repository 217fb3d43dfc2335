using GemmaInference.Model;
using TorchSharp;

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

        using var mode = torch.inference_mode();
        using var scope = torch.NewDisposeScope();
        // All copies to the device come first, while it has nothing to do: later ones would wait for the model.
        var rows = new List<Sequence>(_active.Count);
        var decode = PlanDecode(rows);
        var prefills = PlanPrefills(rows);
        var inputs = rows.Count > 0 ? SamplingInputs.Upload(rows, model.Device) : null;

        var logits = new List<torch.Tensor>(2);
        if (decode is not null)
        {
            logits.Add(model.Run(cache, decode));
        }

        foreach (var (plan, isLast) in prefills)
        {
            var last = model.Run(cache, plan);
            if (isLast)
            {
                logits.Add(last);
            }
        }

        if (inputs is null)
        {
            return;
        }

        var tokens = Sampler.Sample(logits.Count == 1 ? logits[0] : torch.cat(logits, 0), inputs);
        for (var row = 0; row < rows.Count; row++)
        {
            Deliver(rows[row], tokens[row]);
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

    /// <returns>Chunks to read, and whether each is its prompt's last.</returns>
    private List<(StepPlan Plan, bool IsLast)> PlanPrefills(List<Sequence> rows)
    {
        var plans = new List<(StepPlan, bool)>();
        var budget = options.PrefillTokens;
        foreach (var item in _active.Where(item => !item.PromptRead).OrderBy(item => item.Submitted).ToList())
        {
            if (budget == 0)
            {
                break;
            }

            int[] chunk = [.. item.Request.Prompt.Skip(item.Cached).Take(budget)];
            plans.Add(
                (
                    model.PlanPrefill(cache, item.Slot, item.Cached, chunk),
                    item.Cached + chunk.Length == item.Request.Prompt.Count
                )
            );
            item.Cached += chunk.Length;
            budget -= chunk.Length;
            metrics.Prompt(chunk.Length);
            if (item.PromptRead)
            {
                rows.Add(item);
            }
        }

        return plans;
    }

    private void Deliver(Sequence item, EngineEvent.Token token)
    {
        var now = time.GetTimestamp();
        (item.Generated == 0 ? metrics.TimeToFirstToken : metrics.InterTokenLatency).Observe(
            time.GetElapsedTime(item.LastToken, now)
        );
        item.LastToken = now;
        metrics.Generated(1);
        if (item.Request.StopTokens.Contains(token.Id))
        {
            Release(item, FinishReason.Stop);
            return;
        }

        item.Accept(token);
        if (item.Generated >= item.Request.MaxTokens || item.Cached >= cache.Context)
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
