using Cli.Tests.Views;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Dashboard.Facts;
using GemmaOperator.Dashboard.Pages;
using k8s.Models;

namespace Cli.Tests.Ui;

/// <summary>The fleet's page tells how each is, in words, and stays small whatever the fleet has.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class FleetPageTests
{
    /// <summary>As issue and docs promise: style and script included.</summary>
    private const int MostBytes = 200_000;

    [Test]
    public void Ten_thousand_images_are_less_than_200_kB()
    {
        var page = Render(FleetSlice.Of(Pages.Rows(10_000), new FleetQuery()));
        var assets = new[] { "style.css", "script.js", "icon.svg" }.Sum(f =>
            GemmaOperator.Check.ShippedFile.Read($"dashboard/{f}").Length
        );
        Assert.That(page.Length + assets, Is.LessThan(MostBytes));
        Assert.That(page, Does.Contain("1 to 100 of 10000 base images"));
    }

    [Test]
    public void A_state_is_a_word_and_not_a_colour_alone()
    {
        var page = Render(FleetSlice.Of([FleetRow.Of(Pages.RolledBack.Image)], new FleetQuery()));
        Assert.That(page, Does.Contain("""<span class="state bad">not ready</span> <span class="why">RolledBack"""));
        Assert.That(page, Does.Contain("""<span class="state good">fresh</span>"""));
        Assert.That(page, Does.Contain("""<span class="state bad">stalled</span>"""));
    }

    [Test]
    public void Worst_come_first_and_each_column_sorts_both_ways()
    {
        var rows = Pages.Rows(300);
        Assert.That(Names(rows, ""), Does.StartWith("service-00000"));
        foreach (var order in FleetOrder.All)
        {
            var down = Sorted(rows, $"sort={order.Word}&order=desc").Select(order.Key).ToList();
            var up = Sorted(rows, $"sort={order.Word}&order=asc").Select(order.Key).ToList();
            Assert.That(down, Is.Ordered.Descending, order.Word);
            Assert.That(up, Is.Ordered.Ascending, order.Word);
        }

        Assert.That(Names(rows, "sort=name"), Does.StartWith("service-00000,service-00007"));
        Assert.That(Names(rows, "sort=cost"), Does.StartWith("service-00299"));
    }

    [Test]
    public void A_part_of_the_fleet_can_be_looked_at()
    {
        var rows = Pages.Rows(300);
        Assert.That(Of(rows, "show=stale").Matching, Is.EqualTo(100));
        Assert.That(Of(rows, "show=stale&namespace=team-1").Rows.Select(r => r.Namespace), Is.All.EqualTo("team-1"));
        Assert.That(Of(rows, "q=0029").Matching, Is.EqualTo(11));
        Assert.That(Of(rows, "show=stale&page=99").Query.Page, Is.EqualTo(1));
        Assert.That(Of(rows, "page=3").Rows, Has.Count.EqualTo(100));
        var counts = FleetFilter.All.Zip(Of(rows, "").Counts).ToDictionary(c => c.First.Word, c => c.Second);
        Assert.That((counts["all"], counts["not-ready"], counts["stale"]), Is.EqualTo((300, 60, 100)));
    }

    [Test]
    public void An_address_reads_as_what_it_was_made_of()
    {
        var query = new FleetQuery
        {
            Namespace = "team-a",
            Text = "a&b=c<d>",
            Show = FleetFilter.All[3],
            Sort = FleetOrder.ByCost,
            IsDown = false,
            Page = 4,
        };
        Assert.That(Read(query.ToAddress()[1..]), Is.EqualTo(query));
        Assert.That(new FleetQuery().ToAddress(), Is.EqualTo("?"));
    }

    [TestCase("page=99999999999")]
    [TestCase("page=-1")]
    [TestCase("sort=x")]
    [TestCase("order=down")]
    [TestCase("show=x")]
    [TestCase("namespace=a/b")]
    public void What_cannot_be_meant_names_its_parameter(string query)
    {
        var wrong = Assert.Throws<FormatException>(() => Read(query));
        Assert.That(wrong!.Message, Does.StartWith(query.Split('=')[0] + ": "));
    }

    [Test]
    public void An_object_that_no_operator_has_seen_is_shown_too()
    {
        var row = FleetRow.Of(new GemmaBaseImage { Metadata = new V1ObjectMeta { Name = "new" } });
        Assert.That(row.Doing.Word, Is.EqualTo("not seen by an operator"));
        Assert.That(Render(FleetSlice.Of([row], new FleetQuery())), Does.Contain("none planned"));
    }

    private static string Names(IReadOnlyList<FleetRow> rows, string query) =>
        string.Join(',', Of(rows, query).Rows.Select(r => r.Name));

    private static IEnumerable<FleetRow> Sorted(IReadOnlyList<FleetRow> rows, string query) =>
        Enumerable.Range(1, 3).SelectMany(page => Of(rows, $"{query}&page={page}").Rows);

    private static FleetSlice Of(IReadOnlyList<FleetRow> rows, string query) => FleetSlice.Of([.. rows], Read(query));

    private static FleetQuery Read(string query)
    {
        var given = query
            .Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(p => p.Split('='))
            .ToDictionary(p => p[0], p => Uri.UnescapeDataString(p[1]), StringComparer.Ordinal);
        return FleetQuery.Read(given.GetValueOrDefault);
    }

    private static string Render(FleetSlice slice) =>
        Layout
            .Page(
                new PageFrame("Fleet", "/", Recording.Now) { Live = "events" },
                FleetView.Content(slice, "/", Recording.Now)
            )
            .ToString();
}
