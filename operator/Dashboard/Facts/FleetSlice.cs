namespace GemmaOperator.Dashboard.Facts;

/// <summary>Holds what a page shows of the fleet.</summary>
/// <param name="Query">What was asked for, with the page that there is.</param>
/// <param name="Rows">Those of this page.</param>
/// <param name="Matching">How many the filters let through.</param>
/// <param name="Counts">How many each filter has, before it is chosen.</param>
/// <param name="Namespaces">Where objects are.</param>
internal sealed record FleetSlice(
    FleetQuery Query,
    IReadOnlyList<FleetRow> Rows,
    int Matching,
    IReadOnlyList<int> Counts,
    IReadOnlyList<string> Namespaces
)
{
    /// <summary>Bounds the rows of a page, so that it stays small whatever the fleet has.</summary>
    public const int PageSize = 100;

    /// <summary>Bounds the namespaces that a form offers.</summary>
    private const int MostNamespaces = 200;

    public int Pages => Math.Max(1, (Matching + PageSize - 1) / PageSize);

    /// <summary>Gets the number of the first row of this page, from 1.</summary>
    public int First => (Query.Page - 1) * PageSize + 1;

    public static FleetSlice Of(IReadOnlyCollection<FleetRow> all, FleetQuery query)
    {
        var here = all.Where(r => query.Namespace is null || r.Namespace == query.Namespace)
            .Where(r =>
                query.Text.Length == 0
                || r.Name.Contains(query.Text, StringComparison.OrdinalIgnoreCase)
                || r.Namespace.Contains(query.Text, StringComparison.OrdinalIgnoreCase)
            )
            .ToList();
        var matching = here.Where(query.Show.Takes).ToList();
        var pages = Math.Max(1, (matching.Count + PageSize - 1) / PageSize);
        var page = Math.Min(query.Page, pages);
        return new FleetSlice(
            query with
            {
                Page = page,
            },
            [.. Sorted(matching, query).Skip((page - 1) * PageSize).Take(PageSize)],
            matching.Count,
            [.. FleetFilter.All.Select(f => here.Count(f.Takes))],
            [
                .. all.Select(r => r.Namespace)
                    .Distinct(StringComparer.Ordinal)
                    .Order(StringComparer.Ordinal)
                    .Take(MostNamespaces),
            ]
        );
    }

    private static IEnumerable<FleetRow> Sorted(List<FleetRow> rows, FleetQuery query)
    {
        if (query.Sort == FleetOrder.ByName)
        {
            return query.IsDown
                ? rows.OrderByDescending(r => r.Namespace, StringComparer.Ordinal)
                    .ThenByDescending(r => r.Name, StringComparer.Ordinal)
                : rows.OrderBy(r => r.Namespace, StringComparer.Ordinal).ThenBy(r => r.Name, StringComparer.Ordinal);
        }

        var sorted = query.IsDown ? rows.OrderByDescending(query.Sort.Key) : rows.OrderBy(query.Sort.Key);
        return sorted.ThenBy(r => r.Namespace, StringComparer.Ordinal).ThenBy(r => r.Name, StringComparer.Ordinal);
    }
}
