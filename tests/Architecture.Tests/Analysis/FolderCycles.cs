namespace Architecture.Tests.Analysis;

/// <summary>Finds folders that need each other: two-way arrows and longer rings.</summary>
internal static class FolderCycles
{
    private const int MostArrows = 12;
    private const int MostUses = 4;

    /// <summary>
    /// Describes each group of folders that reach each other, with the uses that tie it; empty when there is none.
    /// </summary>
    public static IReadOnlyList<string> Find(IEnumerable<Edge> edges) => [.. Rings(edges)];

    private static IEnumerable<string> Rings(IEnumerable<Edge> edges)
    {
        var arrows = edges
            .Select(e => (From: e.FromFolder, To: e.ToFolder, Edge: e))
            .Where(a => a.From != a.To)
            .ToList();
        var knows = arrows.ToLookup(a => a.From, a => a.To, StringComparer.Ordinal);
        var reached = knows.ToDictionary(k => k.Key, k => Reached(knows, k.Key), StringComparer.Ordinal);
        bool Reaches(string from, string to) => reached.TryGetValue(from, out var set) && set.Contains(to);

        var rings = reached
            .Keys.Where(f => Reaches(f, f))
            .GroupBy(f => reached[f].Where(other => Reaches(other, f)).Order(StringComparer.Ordinal).First());
        foreach (var ring in rings)
        {
            // The thinnest arrows first: those are the ones to turn round.
            var ties = arrows
                .Where(a => ring.Contains(a.From) && ring.Contains(a.To))
                .GroupBy(a => $"{a.From} → {a.To}", StringComparer.Ordinal)
                .OrderBy(g => g.Count())
                .ThenBy(g => g.Key, StringComparer.Ordinal)
                .Take(MostArrows)
                .Select(g =>
                    $"  {g.Key} ({g.Count()}):\n" + string.Concat(g.Take(MostUses).Select(a => $"    {a.Edge}\n"))
                );
            yield return $"{string.Join(", ", ring.Order(StringComparer.Ordinal))} need each other:\n"
                + string.Concat(ties);
        }
    }

    private static HashSet<string> Reached(ILookup<string, string> knows, string from)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(knows[from]);
        while (open.TryPop(out var next))
        {
            if (reached.Add(next))
            {
                foreach (var further in knows[next])
                {
                    open.Push(further);
                }
            }
        }

        return reached;
    }
}
