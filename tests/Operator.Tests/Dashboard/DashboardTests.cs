using System.Net;
using System.Net.Http.Headers;
using System.Text;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Words;
using GemmaOperator.Dashboard.Access;
using GemmaOperator.Hosting.Dashboards;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Operator.Tests.Api;
using Operator.Tests.Clusters;

namespace Operator.Tests.Dashboard;

/// <summary>
/// The operator's pages show to each visitor what the API server lets them read, and to nobody else anything.
/// </summary>
public sealed class DashboardTests
{
    private const string Image = "gemma";

    private TestCluster _cluster = null!;
    private DashboardServer _server = null!;
    private KnownFleet _fleet = null!;
    private HttpClient _http = null!;
    private string _viewer = null!;

    private string Namespace => _cluster.Namespace;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _cluster = await TestCluster.StartAsync();
        foreach (var crd in CrdFile.All)
        {
            await _cluster.InstallAsync(k8s.KubernetesYaml.Deserialize<V1CustomResourceDefinition>(crd.Text));
        }

        var image = A.BaseImage();
        image.Metadata = new V1ObjectMeta { Name = Image, NamespaceProperty = Namespace };
        var made = await _cluster.Api.CreateAsync(image, CancellationToken.None);
        var hidden = A.BaseImage();
        hidden.Metadata = new V1ObjectMeta { Name = "secret-project", NamespaceProperty = "elsewhere" };
        _fleet = new KnownFleet(_cluster.Api, made, hidden);
        _viewer = await ViewerAsync();
        _server = await DashboardServer.StartAsync(
            new DashboardOptions(new IPEndPoint(IPAddress.Loopback, 0), Certificate: null),
            _fleet,
            new ApiReviews(_cluster.Api),
            NullLoggerFactory.Instance,
            TimeProvider.System,
            CancellationToken.None
        );
        _http = new HttpClient { BaseAddress = _server.Address };
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        _http?.Dispose();
        await (_server?.DisposeAsync() ?? default);
        await (_cluster?.DisposeAsync() ?? default);
    }

    [TestCase(null)]
    [TestCase("Bearer nobody's")]
    [TestCase("Bearer")]
    [TestCase("Basic bm9ib2R5")]
    [TestCase("Basic :::")]
    [TestCase("Negotiate abc")]
    public async Task Nobody_is_let_in_without_a_token_of_the_cluster(string? header)
    {
        foreach (var path in (string[])["/", "/events", $"/image/{Namespace}/{Image}", "/style.css", "/nothing"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.TryAddWithoutValidation("Authorization", header);
            using var answer = await _http.SendAsync(request);
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized), path);
            Assert.That(answer.Headers.WwwAuthenticate.Single().Scheme, Is.EqualTo("Basic"));
            var page = await answer.Content.ReadAsStringAsync();
            Assert.That(page, Does.Not.Contain("/image/").And.Not.Contain(Namespace));
        }
    }

    [Test]
    public async Task Who_may_list_one_namespace_sees_it_and_no_other()
    {
        var (status, all) = await GetAsync("/");
        Assert.That(status, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That(all, Does.Contain("is not allowed to list gemmabaseimages.gemmaoperator.io in all namespaces"));
        var (elsewhere, text) = await GetAsync("/?namespace=elsewhere");
        Assert.That(elsewhere, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That(text, Does.Contain("in namespace elsewhere").And.Not.Contain("secret-project"));
        var (here, page) = await GetAsync($"/?namespace={Namespace}");
        Assert.That(here, Is.EqualTo(HttpStatusCode.OK), page);
        Assert.That(page, Does.Contain($"/image/{Namespace}/{Image}").And.Not.Contain("secret-project"));
        Assert.That(page, Does.Contain($"Shown to system:serviceaccount:{Namespace}:viewer."));
    }

    [Test]
    public async Task A_password_is_a_token_too()
    {
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($":{_viewer}"));
        var (status, _) = await GetAsync($"/?namespace={Namespace}", new AuthenticationHeaderValue("Basic", basic));
        Assert.That(status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task What_of_an_image_may_not_be_read_is_named()
    {
        var (status, page) = await GetAsync($"/image/{Namespace}/{Image}");
        Assert.That(status, Is.EqualTo(HttpStatusCode.OK), page);
        foreach (var part in (string[])["list gemmabuilds.gemmaoperator.io", "list pods", "list events"])
        {
            Assert.That(page, Does.Contain($"is not allowed to {part} in namespace {Namespace}"));
        }

        Assert.That((await GetAsync("/image/elsewhere/secret-project")).Status, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That((await GetAsync("/events")).Status, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That((await GetAsync($"/image/{Namespace}/none")).Status, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [TestCase("/?sort=size", "sort: &quot;size&quot; is none of attention, name,")]
    [TestCase("/?order=up", "order: &quot;up&quot; is neither asc nor desc")]
    [TestCase("/?page=0", "page: &quot;0&quot; isn&#x27;t a number from 1")]
    [TestCase("/?show=%3Cb%3E", "show: &quot;&lt;b&gt;&quot; is none of all, stalled,")]
    [TestCase("/?namespace=A_b", "namespace: &quot;A_b&quot; can&#x27;t be the name of a namespace")]
    public async Task What_cannot_be_asked_for_is_named(string address, string told)
    {
        var (status, page) = await GetAsync(address);
        Assert.That(status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(page, Does.Contain(told));
    }

    [Test]
    public async Task It_only_reads_and_browsers_are_told_to_load_nothing_else()
    {
        foreach (var method in (string[])["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
        {
            using var write = new HttpRequestMessage(new HttpMethod(method), "/");
            using var refused = await _http.SendAsync(write);
            Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.MethodNotAllowed), method);
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, $"/?namespace={Namespace}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _viewer);
        request.Headers.Add("Origin", "https://evil.example");
        using var answer = await _http.SendAsync(request);
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        Assert.That(policy, Does.StartWith("default-src 'none';").And.Contain("frame-ancestors 'none'"));
        Assert.That(policy, Does.Not.Contain("unsafe").And.Not.Contain("http").And.Not.Contain("*"));
        Assert.That(answer.Headers.GetValues("X-Content-Type-Options"), Is.EqualTo(new[] { "nosniff" }));
        Assert.That(answer.Headers.GetValues("Referrer-Policy"), Is.EqualTo(new[] { "no-referrer" }));
        Assert.That(answer.Headers.GetValues("Cross-Origin-Resource-Policy"), Is.EqualTo(new[] { "same-origin" }));
        Assert.That(answer.Headers.CacheControl!.NoStore);
        Assert.That(answer.Headers.Any(h => h.Key.StartsWith("Access-Control", StringComparison.Ordinal)), Is.False);
        Assert.That(answer.Headers.Contains("Set-Cookie"), Is.False);
    }

    [Test]
    public async Task A_change_is_told_to_whom_it_concerns()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/events?namespace={Namespace}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _viewer);
        using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.That(answer.Content.Headers.ContentType!.MediaType, Is.EqualTo("text/event-stream"));
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync());
        Assert.That(await lines.ReadLineAsync(), Is.EqualTo("retry: 3000"));
        _fleet.Changes.Tell(new ObjectKey("elsewhere", "secret-project"));
        var next = LineAsync(lines);
        Assert.That(next.IsCompleted, Is.False, "another namespace's change");
        _fleet.Changes.Tell(new ObjectKey(Namespace, Image));
        Assert.That(await next.WaitAsync(TimeSpan.FromMinutes(1)), Is.EqualTo("event: changed"));
    }

    private static async Task<string?> LineAsync(StreamReader lines)
    {
        string? line;
        do
        {
            line = await lines.ReadLineAsync();
        } while (line is "" or ":");

        return line;
    }

    private Task<(HttpStatusCode Status, string Text)> GetAsync(string path) =>
        GetAsync(path, new AuthenticationHeaderValue("Bearer", _viewer));

    private async Task<(HttpStatusCode Status, string Text)> GetAsync(string path, AuthenticationHeaderValue who)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = who;
        using var answer = await _http.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Makes an account that may read GemmaBaseImages of the namespace, and nothing else.</summary>
    private async Task<string> ViewerAsync()
    {
        var connects = await ServiceAccounts.ConfigurationAsync(_cluster, Namespace, "viewer");
        await _cluster.Api.CreateAsync(
            new V1Role
            {
                Metadata = new V1ObjectMeta { Name = "viewer", NamespaceProperty = Namespace },
                Rules =
                [
                    new V1PolicyRule
                    {
                        ApiGroups = [ApiGroup.Name],
                        Resources = [GemmaBaseImage.KubePlural],
                        Verbs = ["get", "list"],
                    },
                ],
            },
            CancellationToken.None
        );
        await _cluster.Api.CreateAsync(
            new V1RoleBinding
            {
                Metadata = new V1ObjectMeta { Name = "viewer", NamespaceProperty = Namespace },
                RoleRef = new V1RoleRef
                {
                    ApiGroup = "rbac.authorization.k8s.io",
                    Kind = "Role",
                    Name = "viewer",
                },
                Subjects =
                [
                    new Rbacv1Subject
                    {
                        Kind = "ServiceAccount",
                        Name = "viewer",
                        NamespaceProperty = Namespace,
                    },
                ],
            },
            CancellationToken.None
        );
        return connects().AccessToken;
    }
}
