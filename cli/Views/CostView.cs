using System.Globalization;
using System.Text.Json.Nodes;
using KubectlGemma.Facts;
using KubectlGemma.Output;

namespace KubectlGemma.Views;

/// <summary>Lays out what builds cost and what the split saves.</summary>
internal static class CostView
{
    public static IEnumerable<Line> Lines(IReadOnlyList<ImageRow> rows, bool withNamespace)
    {
        var table = new TextTable([
            .. withNamespace ? ["NAMESPACE"] : Array.Empty<string>(),
            "NAME",
            "BUILD MINUTES",
            "COST",
            "SAVED A WEEK",
        ]);
        foreach (var row in rows)
        {
            table.Add([
                .. withNamespace ? [row.Namespace] : Array.Empty<Piece>(),
                new(row.Name, Tone.Strong),
                row.Minutes,
                row.Cost,
                row.Saved,
            ]);
        }

        return rows.Count > 1 ? [.. table.Lines(), .. Sums(rows)] : table.Lines();
    }

    public static JsonArray Data(IEnumerable<ImageRow> rows) =>
        [
            .. rows.Select(r => new JsonObject
            {
                ["namespace"] = r.Namespace,
                ["name"] = r.Name,
                ["buildMinutesTotal"] = r.Minutes,
                ["buildCostTotal"] = r.Cost,
                ["currency"] = r.Currency,
                ["savedPerWeek"] = r.Saved,
            }),
        ];

    /// <summary>Adds up by currency: amounts of two aren't added.</summary>
    private static IEnumerable<Line> Sums(IReadOnlyList<ImageRow> rows) =>
        rows.Where(r => r.Cost is not null)
            .GroupBy(r => r.Currency ?? "", StringComparer.Ordinal)
            .Select(g =>
                Line.Of(
                    new Piece("all: ", Tone.Dim),
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{g.Sum(r => Number(r.Minutes))} minutes, {g.Sum(r => Number(r.Cost))} {g.Key}"
                    )
                )
            );

    /// <summary>Reads the number before a currency.</summary>
    private static decimal Number(string? text) =>
        decimal.TryParse(text?.Split(' ')[0], NumberStyles.Number, CultureInfo.InvariantCulture, out var number)
            ? number
            : 0;
}
