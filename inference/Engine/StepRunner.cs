using GemmaInference.Model;
using TorchSharp;

namespace GemmaInference.Engine;

/// <summary>
/// The sequences that hold slots, moved on one step at a time: drop what was cancelled, read prompts in chunks,
/// decode all others as one batch, sample all finished rows at once. Used by the engine's thread alone.
/// </summary>
internal sealed class StepRunner(GemmaModel model, KvCache cache, EngineOptions options, TimeProvider time, EngineMetrics metrics)
{
    private readonly SortedSet<int> _free = [.. Enumerable.Range(0, cache.Slots)];
    private readonly List<Sequence> _active = [];

    public bool HasRoom => _free.Count > 0;

    public int Active => _active.Count;

    /// <summary>Part of the cache's tokens in use.</summary>
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
        foreach (var cancelled in _active.Where(item => item.IsCancelled).ToList()) Release(cancelled, cancelled.CancelReason);
        if (_active.Count == 0) return;
        using var mode = torch.inference_mode();
        using var scope = torch.NewDisposeScope();
        var rows = new List<Sequence>(_active.Count);
        var logits = new List<torch.Tensor>(2);
        Decode(rows, logits);
        Prefill(rows, logits);
        if (rows.Count == 0) return;
        var tokens = Sampler.Sample(logits.Count == 1 ? logits[0] : torch.cat(logits, 0), rows);
        for (var row = 0; row < rows.Count; row++) Deliver(rows[row], tokens[row]);
    }

    /// <summary>Ends all sequences because the device failed.</summary>
    public void Fail(Exception cause)
    {
        foreach (var item in _active) item.Fail(cause);
        _active.Clear();
    }

    private void Decode(List<Sequence> rows, List<torch.Tensor> logits)
    {
        rows.AddRange(_active.Where(item => item.PromptRead));
        if (rows.Count == 0) return;
        int[] slots = [.. rows.Select(row => row.Slot)], positions = [.. rows.Select(row => row.Cached)], last = [.. rows.Select(row => row.Last)];
        logits.Add(model.Decode(cache, slots, positions, last));
        foreach (var row in rows) row.Cached++;
    }

    private void Prefill(List<Sequence> rows, List<torch.Tensor> logits)
    {
        var budget = options.PrefillTokens;
        foreach (var item in _active.Where(item => !item.PromptRead).OrderBy(item => item.Submitted))
        {
            if (budget == 0) return;
            int[] chunk = [.. item.Request.Prompt.Skip(item.Cached).Take(budget)];
            var last = model.Prefill(cache, item.Slot, item.Cached, chunk);
            item.Cached += chunk.Length;
            budget -= chunk.Length;
            metrics.Prompt(chunk.Length);
            if (!item.PromptRead) continue;
            rows.Add(item);
            logits.Add(last);
        }
    }

    private void Deliver(Sequence item, EngineEvent.Token token)
    {
        var now = time.GetTimestamp();
        (item.Generated == 0 ? metrics.TimeToFirstToken : metrics.InterTokenLatency).Observe(time.GetElapsedTime(item.LastToken, now));
        item.LastToken = now;
        metrics.Generated(1);
        if (item.Request.StopTokens.Contains(token.Id))
        {
            Release(item, FinishReason.Stop);
            return;
        }

        item.Accept(token);
        if (item.Generated >= item.Request.MaxTokens || item.Cached >= cache.Context) Release(item, FinishReason.Length);
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
