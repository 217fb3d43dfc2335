using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace LocalCluster.Tests.Reads;

/// <summary>
/// Lists with a limit and a selector together. Nothing was recorded of them: what follows is GetList of
/// staging/src/k8s.io/apiserver/pkg/storage/etcd3/store.go in Kubernetes' source.
/// </summary>
internal sealed class SelectedPagesTests
{
    private const string Path = "/api/v1/namespaces/default/configmaps";
    private const string Selected = $"{Path}?labelSelector=app%3Dx&limit=2";

    private ApiServer _cluster = null!;
    private HttpClient _http = null!;

    [SetUp]
    public async Task Start()
    {
        _cluster = await ApiServer.StartAsync(new ApiServerOptions(), CancellationToken.None);
        _http = new HttpClient
        {
            BaseAddress = _cluster.Endpoint,
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", _cluster.Token) },
        };
        foreach (var (name, app) in new[] { ("a", "x"), ("b", "y"), ("c", "x"), ("d", "y"), ("e", "x"), ("f", "y") })
        {
            await CreateAsync(name, app);
        }
    }

    [TearDown]
    public async Task Stop()
    {
        _http.Dispose();
        await _cluster.DisposeAsync();
    }

    [Test]
    public async Task A_page_counts_only_what_matches_and_the_next_goes_on_after_its_last()
    {
        var first = await ListAsync(Selected);
        var second = await ListAsync(Selected, first);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Names(first), Is.EqualTo(["a", "c"]));
            Assert.That(Names(second), Is.EqualTo(["e"]));
            Assert.That(Continue(second), Is.Null);
        }
    }

    [Test]
    public async Task Nobody_is_told_how_many_are_left_of_a_selection()
    {
        var selected = await ListAsync(Selected);
        var all = await ListAsync($"{Path}?limit=2");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(selected["metadata"]!["remainingItemCount"], Is.Null);
            Assert.That((int?)all["metadata"]!["remainingItemCount"], Is.EqualTo(4));
        }
    }

    [Test]
    public async Task A_full_page_is_followed_by_another_while_any_object_is_left()
    {
        var full = await ListAsync($"{Path}?labelSelector=app%3Dx&limit=3");
        var empty = await ListAsync($"{Path}?labelSelector=app%3Dx&limit=3", full);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Names(full), Is.EqualTo(["a", "c", "e"]));
            Assert.That(Continue(full), Is.Not.Null, "f is left, and nobody looked whether it matches");
            Assert.That(Names(empty), Is.Empty);
            Assert.That(Continue(empty), Is.Null);
        }
    }

    [Test]
    public async Task A_page_that_is_not_full_is_the_last()
    {
        var page = await ListAsync($"{Path}?labelSelector=app%3Dx&limit=4");
        Assert.That((Names(page).Count, Continue(page)), Is.EqualTo((3, (string?)null)));
    }

    [Test]
    public async Task Fields_select_as_labels_do()
    {
        const string Fields = $"{Path}?fieldSelector=metadata.name!%3Dc&labelSelector=app%3Dx&limit=1";
        var first = await ListAsync(Fields);
        var second = await ListAsync(Fields, first);
        Assert.That(Names(first).Concat(Names(second)), Is.EqualTo(["a", "e"]));
    }

    [Test]
    public async Task All_pages_are_of_the_version_of_the_first()
    {
        var first = await ListAsync(Selected);
        await CreateAsync("dd", "x");
        var second = await ListAsync(Selected, first);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Names(second), Is.EqualTo(["e"]));
            Assert.That(Version(second), Is.EqualTo(Version(first)));
        }
    }

    private async Task CreateAsync(string name, string app)
    {
        var body = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["labels"] = new JsonObject { ["app"] = app },
            },
        };
        using var response = await _http.PostAsJsonAsync(Path, body);
        response.EnsureSuccessStatusCode();
    }

    private async Task<JsonObject> ListAsync(string path, JsonObject? before = null) =>
        (await _http.GetFromJsonAsync<JsonObject>(before is null ? path : $"{path}&continue={Continue(before)}"))!;

    private static List<string> Names(JsonObject list) =>
        [.. list["items"]!.AsArray().Select(i => (string)i!["metadata"]!["name"]!)];

    private static string? Continue(JsonObject list) => (string?)list["metadata"]!["continue"];

    private static string Version(JsonObject list) => (string)list["metadata"]!["resourceVersion"]!;
}
