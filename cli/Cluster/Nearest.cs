using GemmaOperator.Text;

namespace KubectlGemma.Cluster;

/// <summary>Suggests what may have been meant.</summary>
internal static class Nearest
{
    private const int Most = 3;

    public static string Quote(string? text) => Quoted.Of(text);

    /// <summary>
    /// Returns <c>; did you mean a or b?</c>, what there is when little is alike, or that there is nothing.
    /// </summary>
    public static string Suggest(string asked, IReadOnlyCollection<string> known)
    {
        var near = known
            .Select(name => (name, distance: Distance(asked, name)))
            .Where(n =>
                n.distance <= Math.Max(2, asked.Length / 3)
                || n.name.StartsWith(asked, StringComparison.Ordinal)
                || asked.StartsWith(n.name, StringComparison.Ordinal)
            )
            .OrderBy(n => n.distance)
            .ThenBy(n => n.name, StringComparer.Ordinal)
            .Take(Most)
            .Select(n => n.name)
            .ToList();
        return near.Count > 0 ? $"; did you mean {string.Join(" or ", near)}?"
            : known.Count == 0 ? "; there are none"
            : $"; there are {string.Join(", ", known.Order(StringComparer.Ordinal).Take(Most))}"
                + (known.Count > Most ? $" and {known.Count - Most} more" : "");
    }

    /// <summary>Counts the letters to change, add, take away or swap (optimal string alignment).</summary>
    private static int Distance(string a, string b)
    {
        var table = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                table[i, j] =
                    i == 0 ? j
                    : j == 0 ? i
                    : Math.Min(
                        Math.Min(table[i - 1, j] + 1, table[i, j - 1] + 1),
                        table[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
                    );
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    table[i, j] = Math.Min(table[i, j], table[i - 2, j - 2] + 1);
                }
            }
        }

        return table[a.Length, b.Length];
    }
}
