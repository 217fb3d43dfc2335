using GemmaInference.Torch;

namespace GemmaInference.Engine;

/// <summary>
/// Decides what the next step does: one token of each sequence that is past its prompt, and pieces of prompts as far as
/// the budget goes, those first that came first.
/// </summary>
internal sealed class StepPlanner(SlotTable slots, EngineOptions options, EngineMetrics metrics, Device device)
{
    /// <summary>
    /// A prompt waits for an earlier one that is being read if it then has so many fewer tokens to read.
    /// </summary>
    private const int WorthWaiting = 64;

    private readonly PromptPace _pace = new(options);

    /// <param name="active">Ordered by slot.</param>
    public List<SequenceStep> Plan(IReadOnlyList<Sequence> active)
    {
        var readers = active.Where(item => !item.PromptRead).OrderBy(item => item.Order).ToList();
        var steps = active.Where(item => item.PromptRead).Select(SequenceStep.Decode).ToList();
        var budget = _pace.Budget(steps.Count > 0);
        // All look for what slots hold before anything is added to them.
        List<Sequence> ready = [.. readers.Where((item, place) => IsReady(item, readers.Take(place)))];
        foreach (var item in ready.TakeWhile(_ => budget > 0))
        {
            var step = SequenceStep.Read(item, budget, device);
            budget -= step.Row.Count;
            Count(item, item.Cached + step.Row.Count);
            steps.Add(step);
        }

        foreach (var step in steps)
        {
            slots.Add(step.Sequence.Slot, step.Row.Tokens.Span);
            step.Sequence.Cached += step.Row.Count;
        }

        return steps;
    }

    /// <summary>Learns how long a step took.</summary>
    public void Observe(IEnumerable<SequenceStep> steps, TimeSpan elapsed) =>
        _pace.Observe(steps.Where(step => step.Row.Count > 1).Sum(step => step.Row.Count), elapsed);

    private bool IsReady(Sequence item, IEnumerable<Sequence> earlier)
    {
        if (item.HasBegun)
        {
            return true;
        }

        var mayReuse = options.ReusesPrompts && !item.Request.ScoresPrompt;
        if (mayReuse && earlier.Any(other => WillKnowMore(other, item)))
        {
            return false;
        }

        item.Cached = slots.Begin(item.Slot, item.Prompt, mayReuse);
        item.HasBegun = true;
        if (mayReuse && !item.WasPutBack)
        {
            metrics.PrefixLookup(item.Prompt.Length, item.Cached);
        }

        Count(item, item.Cached);
        return true;
    }

    /// <summary>Counts a prompt's tokens as far as they were reached for the first time.</summary>
    private void Count(Sequence item, int reached)
    {
        var counted = Math.Min(reached, item.Request.Prompt.Count);
        if (counted > item.CountedTokens)
        {
            metrics.Prompt(counted - item.CountedTokens);
            item.CountedTokens = counted;
        }
    }

    private bool WillKnowMore(Sequence other, Sequence item)
    {
        var shared = item.Prompt.AsSpan(..^1).CommonPrefixLength(other.Prompt);
        return shared > other.Cached && shared >= slots.Known(item.Prompt, item.Slot) + WorthWaiting;
    }
}
