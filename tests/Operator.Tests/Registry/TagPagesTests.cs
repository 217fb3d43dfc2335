using System.Net;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.References;
using LocalCluster.Images;
using StandIns;

namespace Operator.Tests.Registry;

/// <summary>A list of tags is read by every page, and within bounds.</summary>
public sealed class TagPagesTests
{
    [TestCase("</v2/team/base/tags/list?next_page={0}&n=50>; rel=\"next\"")]
    [TestCase("<https://r.example/v2/team/base/tags/list?n=50&last={0}>; rel=next")]
    [TestCase("<http://r.example/v2/team/base/tags/list?last={0}>;rel=\"next\"")]
    [TestCase("</v2/>; rel=\"first\", </v2/team/base/tags/list?last={0}>; title=x; rel=\"next\"")]
    [TestCase("<list?last={0}>; rel=\"next\"")]
    public async Task Tags_are_listed_by_every_page(string link)
    {
        var handler = new ScriptedHandler(
            (_, number) =>
                RegistryAnswer.Of(
                    Tags((number - 1) * 50, number < 3 ? 50 : 20),
                    "application/json",
                    HttpStatusCode.OK,
                    number < 3 ? [("Link", string.Format(null, link, number))] : []
                )
        );
        var list = await ListAsync(handler);
        Assert.That((list.Tags.Count, list.IsComplete), Is.EqualTo((120, true)));
        Assert.That(handler.Requests, Has.All.StartsWith("GET https://r.example/v2/team/base/tags/list?"));
    }

    [Test]
    public async Task Without_a_link_a_full_page_is_followed_by_its_last_tag()
    {
        var handler = new ScriptedHandler(
            (_, number) => RegistryAnswer.Of(Tags((number - 1) * 500, number == 1 ? 500 : 3), "application/json")
        );
        var list = await ListAsync(handler);
        Assert.That((list.Tags.Count, list.IsComplete), Is.EqualTo((503, true)));
        Assert.That(handler.Requests[1], Does.EndWith("tags/list?n=500&last=t499"));
    }

    [Test]
    public async Task Ten_thousand_tags_are_too_many_and_said_to_be()
    {
        var handler = new ScriptedHandler(
            (_, number) => RegistryAnswer.Of(Tags((number - 1) * 500, 500), "application/json")
        );
        var list = await ListAsync(handler);
        Assert.That((list.Tags.Count, list.IsComplete), Is.EqualTo((2000, false)));
        Assert.That(handler.Requests, Has.Count.EqualTo(5));
    }

    [Test]
    public async Task Names_that_nobody_asks_for_are_bounded_as_well()
    {
        var endless = new ScriptedHandler(
            (_, number) => RegistryAnswer.Of(Tags((number - 1) * 9000, 9000), "application/json")
        );
        var none = await ListAsync(endless, _ => false);
        Assert.That((none.Tags.Count, none.IsComplete), Is.EqualTo((0, false)));
        Assert.That(endless.Requests, Has.Count.EqualTo(6));
        var wordy = new ScriptedHandler(
            (_, number) =>
                RegistryAnswer.Of($$"""{"tags":["t{{number}}","{{new string('x', 100_000)}}"]}""", "application/json")
        );
        var some = await ListAsync(wordy, _ => true);
        Assert.That((some.Tags.Count, some.IsComplete, wordy.Requests.Count), Is.EqualTo((1, false, 1)));
    }

    [TestCase("</v2/team/base/tags/list?n=500>; rel=\"next\"")]
    [TestCase("<https://evil.example/v2/team/base/tags/list?n=500>; rel=\"next\"")]
    public async Task Pages_that_lead_in_a_circle_or_elsewhere_are_not_followed(string link)
    {
        var handler = new ScriptedHandler(
            (_, _) => RegistryAnswer.Of(Tags(0, 50), "application/json", HttpStatusCode.OK, ("Link", link))
        );
        Assert.That((await ListAsync(handler)).IsComplete, Is.False);
        Assert.That(handler.Requests, Has.Count.LessThanOrEqualTo(2).And.All.Contains("r.example"));
    }

    [Test]
    public async Task A_registry_that_wants_shorter_pages_chooses_their_length()
    {
        var handler = new ScriptedHandler(
            (request, _) =>
                request.RequestUri!.Query.Contains("n=", StringComparison.Ordinal)
                    ? RegistryAnswer.Of("", "text/html", HttpStatusCode.BadRequest)
                    : RegistryAnswer.Of(Tags(0, 7), "application/json")
        );
        Assert.That((await ListAsync(handler)).Tags, Has.Count.EqualTo(7));
    }

    [Test]
    public async Task A_registry_that_pages_and_hides_is_read_whole()
    {
        await using var registry = await ImageRegistry.StartAsync(
            new ImageRegistryOptions { TagsPerPage = 2 },
            CancellationToken.None
        );
        using var http = new HttpClient();
        foreach (var tag in new[] { "a", "b", "c", "d", "e" })
        {
            await new StandInImages(new ImageSeeder(http, registry.Host)).BaseAsync(
                "team/base",
                tag,
                CancellationToken.None
            );
        }

        var list = await RealRegistryTests
            .Client(http, registry.Host)
            .ListTagsAsync(ImageRepository.Parse($"{registry.Host}/team/base"), CancellationToken.None);
        Assert.That(list.Tags.Select(t => t.ToString()), Is.EquivalentTo(new[] { "a", "b", "c", "d", "e" }));
        Assert.That(list.IsComplete, Is.True);
    }

    private static string Tags(int first, int count) =>
        $$"""{"name":"x","tags":[{{string.Join(',', Enumerable.Range(first, count).Select(i => $"\"t{i}\""))}}]}""";

    private static async Task<TagList> ListAsync(ScriptedHandler handler, Func<string, bool>? isAskedFor = null)
    {
        using var http = new HttpClient(handler);
        return await new RegistryClient(http, RegistryAccess.Anonymous, TimeProvider.System).ListTagsAsync(
            ImageRepository.Parse("r.example/team/base"),
            isAskedFor ?? (_ => true),
            CancellationToken.None
        );
    }
}
