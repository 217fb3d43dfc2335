namespace GemmaInference.Model;

/// <summary>
/// Says which rows of a step share one call of attention, and what of the cache it reads: either one sequence's chunk,
/// or one token of each of several.
/// </summary>
/// <param name="FirstRow">The first of its rows, which follow each other.</param>
/// <param name="Rows">How many sequences.</param>
/// <param name="FirstToken">Of the step's tokens.</param>
/// <param name="Low">First place in the cache that is read, of each slot.</param>
/// <param name="Length">Places from there on.</param>
internal sealed record AttentionSpan(int FirstRow, int Rows, int FirstToken, int Low, int Length)
{
    /// <summary>What a call costs beside what it reads, in places read.</summary>
    private const int CallCost = 64;

    /// <summary>
    /// Divides a step's rows. Sequences of one token in neighbouring slots share a call, unless the shorter ones would
    /// read much more with it than they have.
    /// </summary>
    /// <param name="firsts">The position that lies at each row's first place in the cache.</param>
    /// <param name="window">Keys that a token sees.</param>
    /// <param name="together">
    /// Whether all sequences of one token share one call, wherever they lie: on a GPU a call costs more than reading.
    /// </param>
    public static IReadOnlyList<AttentionSpan> Divide(
        IReadOnlyList<StepRow> rows,
        IReadOnlyList<int> firsts,
        int window,
        bool together
    )
    {
        var spans = new List<AttentionSpan>();
        long used = 0;
        for (int row = 0, token = 0; row < rows.Count; token += rows[row++].Count)
        {
            var end = rows[row].Start + rows[row].Count - firsts[row];
            var low = Math.Max(0, rows[row].Start - firsts[row] - window + 1);
            var own = new AttentionSpan(row, 1, token, low, end - low);
            if (spans.Count > 0 && rows[row].Count == 1 && rows[row - 1].Count == 1)
            {
                var joined = spans[^1].With(own);
                var gain = used + own.Length + CallCost;
                if (
                    together
                    || (rows[row].Slot == rows[row - 1].Slot + 1 && (long)joined.Rows * joined.Length <= gain * 5 / 4)
                )
                {
                    (spans[^1], used) = (joined, gain);
                    continue;
                }
            }

            used = own.Length;
            spans.Add(own);
        }

        return spans;
    }

    private AttentionSpan With(AttentionSpan next)
    {
        var low = Math.Min(Low, next.Low);
        return this with
        {
            Rows = Rows + next.Rows,
            Low = low,
            Length = Math.Max(Low + Length, next.Low + next.Length) - low,
        };
    }
}
