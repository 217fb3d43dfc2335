using GemmaOperator.Dashboard.Facts;
using GemmaOperator.Dashboard.Markup;

namespace GemmaOperator.Dashboard.Pages;

/// <summary>Renders the fleet: how many are how, a form to look for some, and a page of them.</summary>
internal static class FleetView
{
    private static readonly FleetOrder[] Columns =
    [
        FleetOrder.ByName,
        FleetOrder.ByReady,
        FleetOrder.ByFreshness,
        FleetOrder.ByPatchLevel,
        FleetOrder.ByDoing,
        FleetOrder.ByLastBuild,
        FleetOrder.ByNextBuild,
        FleetOrder.ByCost,
        FleetOrder.ByAge,
    ];

    /// <param name="slice">What is shown.</param>
    /// <param name="prefix">What addresses begin with.</param>
    /// <param name="now">The time (UTC).</param>
    public static Html Content(FleetSlice slice, string prefix, DateTime now) =>
        Html.Of(
            $"""
            <h1>Base images</h1>
            <nav id="counts" data-part aria-label="Parts of the fleet"><ul class="counts">{Counts(slice)}</ul></nav>
            {Form(slice)}
            <div id="rows" data-part>
            {(slice.Rows.Count == 0 ? Nothing(slice) : Table(slice, prefix, now))}
            {Pager(slice)}
            </div>
            """
        );

    private static IEnumerable<Html> Counts(FleetSlice slice) =>
        FleetFilter.All.Select(
            (filter, i) =>
            {
                var count = slice.Counts[i];
                var level = count == 0 ? Level.None : filter.Level;
                var address = (slice.Query with { Show = filter, Page = 1 }).ToAddress();
                var current = filter == slice.Query.Show ? Html.Of($""" aria-current="true" """) : Html.Empty;
                return Html.Of(
                    $"""<li><a class="{Words.Class(level)}" href="{address}"{current}><b>{count}</b> {filter.Title}</a></li>"""
                );
            }
        );

    private static Html Form(FleetSlice slice)
    {
        var query = slice.Query;
        return Html.Of(
            $"""
            <form id="filter" method="get" role="search" aria-label="Base images">
            <label>Name <input type="search" name="{FleetQuery.TextField}" value="{query.Text}" maxlength="253"></label>
            <label>Namespace <select name="{FleetQuery.NamespaceField}"><option value="">all</option>{Namespaces(
                slice
            )}</select></label>
            <label>Show <select name="{FleetQuery.ShowField}">{FleetFilter.All.Select(f =>
                Option(f.Word, f.Title, f == query.Show)
            )}</select></label>
            <label>Sorted by <select name="{FleetQuery.SortField}">{FleetOrder.All.Select(o =>
                Option(o.Word, o.Title, o == query.Sort)
            )}</select></label>
            <button>Show</button>
            </form>
            """
        );
    }

    private static IEnumerable<Html> Namespaces(FleetSlice slice) =>
        (slice.Query.Namespace is { } asked ? slice.Namespaces.Union([asked]) : slice.Namespaces).Select(ns =>
            Option(ns, ns, ns == slice.Query.Namespace)
        );

    private static Html Option(string word, string title, bool isChosen)
    {
        var chosen = isChosen ? Html.Of($" selected") : Html.Empty;
        return Html.Of($"""<option value="{word}"{chosen}>{title}</option>""");
    }

    private static Html Nothing(FleetSlice slice) =>
        slice.Counts[0] == 0 && slice.Query.Text.Length == 0
            ? Html.Of($"<p>There are no GemmaBaseImages here.</p>")
            : Html.Of($"<p>None of {slice.Counts[0]} is like that.</p>");

    private static Html Table(FleetSlice slice, string prefix, DateTime now) =>
        Html.Of(
            $"""
            <table class="fleet" role="table"><caption>{Range(slice)}</caption>
            <thead role="rowgroup"><tr role="row">{Columns.Select(c => Header(slice.Query, c))}</tr></thead>
            <tbody role="rowgroup">{slice.Rows.Select(row => Row(row, prefix, now))}</tbody></table>
            """
        );

    private static string Range(FleetSlice slice)
    {
        var order = $"sorted by {slice.Query.Sort.Title.ToLowerInvariant()}";
        return slice.Pages == 1
            ? $"{slice.Matching} base image{(slice.Matching == 1 ? "" : "s")}, {order}"
            : $"{slice.First} to {slice.First + slice.Rows.Count - 1} of {slice.Matching} base images, {order}";
    }

    private static Html Header(FleetQuery query, FleetOrder column)
    {
        var address = query.SortedBy(column).ToAddress();
        var sorted =
            query.Sort != column ? Html.Empty
            : query.IsDown ? Html.Of($""" aria-sort="descending" """)
            : Html.Of($""" aria-sort="ascending" """);
        return Html.Of($"""<th scope="col" role="columnheader"{sorted}><a href="{address}">{column.Title}</a></th>""");
    }

    private static Html Row(FleetRow row, string prefix, DateTime now)
    {
        var result = Words.Badge(State.OfResult(row.LastResult), row.LastResult ?? "");
        var last = row.LastBuild is null
            ? Html.Of($"""<span class="none">–</span>""")
            : Html.Of($"{row.ShortBuild} {result} {Words.Time(row.LastStarted, now)}");
        var name = Html.Of(
            $"""<a href="{Address(prefix, row.Namespace, row.Name)}">{row.Name}</a> <small>{row.Namespace}</small>"""
        );
        return Html.Of(
            $"""
            <tr role="row" data-key="{row.Namespace}/{row.Name}"><th scope="row" role="rowheader">{name}</th>{Cell("Ready", Words.Of(row.Ready))}{Cell(
                "Fresh",
                Words.Of(row.Fresh)
            )}{Cell("Patched", Words.Of(row.Patched))}{Cell("Doing", Words.Of(row.Doing))}{Cell("Last build", last)}{Cell(
                "Next build",
                Words.Text(row.NextText(now))
            )}{Cell("Cost", Words.Text(row.Cost))}{Cell("Age", Words.Age(row.Created, now))}</tr>

            """
        );
    }

    private static Html Cell(string title, Html content) =>
        Html.Of($"""<td role="cell" data-label="{title}">{content}</td>""");

    /// <summary>Returns the address of one image's page.</summary>
    public static string Address(string prefix, string ns, string name) =>
        $"{prefix}image/{Uri.EscapeDataString(ns)}/{Uri.EscapeDataString(name)}";

    private static Html Pager(FleetSlice slice)
    {
        if (slice.Pages == 1)
        {
            return Html.Empty;
        }

        var page = slice.Query.Page;
        return Html.Of(
            $"""
            <nav class="pager" aria-label="Pages of the list"><ul>
            {Turn(slice, 1, "First", page > 1)}{Turn(slice, page - 1, "Previous", page > 1)}
            <li>Page {page} of {slice.Pages}</li>
            {Turn(slice, page + 1, "Next", page < slice.Pages)}{Turn(slice, slice.Pages, "Last", page < slice.Pages)}
            </ul></nav>
            """
        );
    }

    private static Html Turn(FleetSlice slice, int page, string word, bool isThere) =>
        isThere
            ? Html.Of($"""<li><a href="{(slice.Query with { Page = page }).ToAddress()}">{word}</a></li>""")
            : Html.Of($"""<li><span class="none">{word}</span></li>""");
}
