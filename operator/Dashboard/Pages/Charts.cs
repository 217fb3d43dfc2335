using GemmaOperator.BaseImages.Cost;
using GemmaOperator.Dashboard.Facts;
using GemmaOperator.Dashboard.Markup;

namespace GemmaOperator.Dashboard.Pages;

/// <summary>
/// Draws minutes and cost of builds. The drawing has no text, which would be too small on a phone: what it shows stands
/// below it, and every number in the table behind it.
/// </summary>
internal static class Charts
{
    private const double Width = 600;
    private const double Height = 120;

    /// <summary>Bounds a bar's place: two builds aren't two walls.</summary>
    private const double Widest = 60;

    public static Html Section(IReadOnlyList<BuildEffort> efforts, string total)
    {
        if (efforts.Count == 0)
        {
            return Html.Of($"""<p>No build has ended yet.{Total(total)}</p>""");
        }

        return Html.Of(
            $"""
            <p>{Total(total)}</p>
            <div class="charts">
            {Minutes(efforts)}
            {Cost(efforts)}
            </div>
            <details id="numbers"><summary>The same as numbers</summary>
            <table><caption>Builds that are kept, oldest first</caption>
            <thead><tr><th scope="col">Build</th><th scope="col">Result</th><th scope="col">Minutes</th><th scope="col">Cost</th><th scope="col">Summed up</th></tr></thead>
            <tbody>{Rows(efforts)}</tbody></table></details>
            """
        );
    }

    private static Html Total(string total) => total.Length == 0 ? Html.Empty : Html.Of($" {total}");

    private static Html Minutes(IReadOnlyList<BuildEffort> efforts)
    {
        var most = efforts.MaxBy(e => e.Minutes)!;
        var highest = Math.Max(0.01, (double)most.Minutes);
        var step = Math.Min(Widest, Width / efforts.Count);
        var bars = efforts.Select(
            (e, i) =>
            {
                var height = Math.Max(2, (double)e.Minutes / highest * Height);
                return Html.Of(
                    $"""<g><title>{e.Build}: {Number(e.Minutes)} minutes, {e.Result}</title><rect class="{Words.Class(e.Level)}" x="{i * step + step * 0.1}" y="{Height - height}" width="{step * 0.8}" height="{height}"/></g>"""
                );
            }
        );
        var text =
            $"Minutes of {efforts.Count} builds, oldest first: {Number(efforts[^1].Minutes)} the newest, "
            + $"{Number(most.Minutes)} the most ({most.Build}).";
        return Figure("minutes", text, Html.Of($"{bars}"));
    }

    private static Html Cost(IReadOnlyList<BuildEffort> efforts)
    {
        var sums = Sums(efforts);
        var highest = Math.Max(0.000001, (double)sums[^1]);
        var step = Math.Min(Widest, Width / efforts.Count);
        var points = string.Join(
            ' ',
            sums.Select(
                (sum, i) =>
                    string.Create(
                        System.Globalization.CultureInfo.InvariantCulture,
                        $"{i * step + step / 2:0.##},{Height - (double)sum / highest * (Height - 4) - 2:0.##}"
                    )
            )
        );
        var dots = sums.Select(
            (sum, i) =>
                Html.Of(
                    $"""<circle cx="{i * step + step / 2}" cy="{Height - (double)sum / highest * (Height - 4) - 2}" r="4"><title>{efforts[i].Build}: {Money(sum, efforts[i])}</title></circle>"""
                )
        );
        var text =
            $"Cost of these builds, summed up: {Money(sums[^1], efforts[^1])} with the newest "
            + $"({Money(efforts[^1].Cost, efforts[^1])}).";
        return Figure("cost", text, Html.Of($"""<polyline class="line" points="{points}"/>{dots}"""));
    }

    private static Html Figure(string id, string text, Html drawing) =>
        Html.Of(
            $"""
            <figure><svg viewBox="0 0 {Width} {Height}" role="img" aria-labelledby="{id}-text"><line class="axis" x1="0" y1="{Height}" x2="{Width}" y2="{Height}"/>{drawing}</svg>
            <figcaption id="{id}-text">{text}</figcaption></figure>
            """
        );

    private static IEnumerable<Html> Rows(IReadOnlyList<BuildEffort> efforts) =>
        efforts.Zip(
            Sums(efforts),
            (e, sum) =>
                Html.Of(
                    $"""<tr><th scope="row">{e.Build}</th><td>{e.Result}</td><td>{Number(e.Minutes)}</td><td>{Money(e.Cost, e)}</td><td>{Money(sum, e)}</td></tr>"""
                )
        );

    private static List<decimal> Sums(IReadOnlyList<BuildEffort> efforts)
    {
        var sums = new List<decimal>(efforts.Count);
        foreach (var effort in efforts)
        {
            sums.Add((sums.Count > 0 ? sums[^1] : 0) + effort.Cost);
        }

        return sums;
    }

    private static string Number(decimal number) => DecimalText.Write(number, DecimalText.Plain);

    private static string Money(decimal amount, BuildEffort effort) =>
        $"{DecimalText.Write(amount, DecimalText.Money)} {effort.Currency}";
}
