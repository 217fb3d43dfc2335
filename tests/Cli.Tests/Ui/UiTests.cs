using System.Net;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Words;
using k8s.Models;
using KubectlGemma.Output;

namespace Cli.Tests.Ui;

/// <summary>
/// The page of <c>ui</c> is for the one browser that comes with its address, and shows what its user may read.
/// </summary>
public sealed class UiTests
{
    private UiWorld _world = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _world = await UiWorld.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync() => await (_world?.DisposeAsync() ?? default);

    [Test]
    public async Task The_address_lets_one_browser_in()
    {
        await using var ui = await _world.StartUiAsync();
        using var browser = new HttpClient();
        using var other = new HttpClient();
        Assert.That(ui.Address.Host, Is.EqualTo("127.0.0.1"));
        Assert.That(await StatusAsync(other, ui.Home), Is.EqualTo(HttpStatusCode.Forbidden), "no token");
        Assert.That(await StatusAsync(other, new Uri(ui.Home, "/")), Is.EqualTo(HttpStatusCode.Forbidden));
        var wrong = new Uri(ui.Address.ToString().Replace("token=", "token=x", StringComparison.Ordinal));
        Assert.That(await StatusAsync(other, wrong), Is.EqualTo(HttpStatusCode.Forbidden), "a wrong token");
        using var headers = new HttpRequestMessage(HttpMethod.Head, ui.Address);
        using var head = await other.SendAsync(headers);
        Assert.That(head.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden), "it opens nothing");
        Assert.That(await StatusAsync(browser, ui.Address), Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await StatusAsync(browser, ui.Home), Is.EqualTo(HttpStatusCode.OK), "by its cookie");
        Assert.That(await StatusAsync(browser, ui.Address), Is.EqualTo(HttpStatusCode.OK), "the same browser, again");
        Assert.That(await StatusAsync(other, ui.Address), Is.EqualTo(HttpStatusCode.Forbidden), "another, later");
        Assert.That(ui.Errors, Does.Contain("opened; the address lets no other browser in"));
    }

    [Test]
    public async Task A_name_that_another_site_gives_to_this_machine_is_not_answered()
    {
        await using var ui = await _world.StartUiAsync();
        using var browser = new HttpClient();
        foreach (var host in (string[])["evil.example", $"evil.example:{ui.Address.Port}", "127.0.0.1:1", "127.0.0.1"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, ui.Address);
            request.Headers.Host = host;
            using var answer = await browser.SendAsync(request);
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.MisdirectedRequest), host);
            Assert.That(answer.Headers.Contains("Set-Cookie"), Is.False);
        }

        Assert.That(await StatusAsync(browser, ui.Address), Is.EqualTo(HttpStatusCode.OK), "the token is unused");
    }

    [Test]
    public async Task The_cookie_is_for_this_page_alone()
    {
        await using var ui = await _world.StartUiAsync();
        using var handler = new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false };
        using var browser = new HttpClient(handler);
        using var answer = await browser.GetAsync(ui.Address);
        var cookie = answer.Headers.GetValues("Set-Cookie").Single();
        Assert.That(cookie, Does.Contain($"path={ui.Home.AbsolutePath}").And.Contain("httponly"));
        Assert.That(cookie, Does.Contain("samesite=").And.Not.Contain("domain"));
        Assert.That(
            answer.Headers.Location!.ToString(),
            Is.EqualTo(ui.Home.AbsolutePath),
            "the token leaves the address"
        );
    }

    [Test]
    public async Task It_shows_the_fleet_and_each_image()
    {
        await using var ui = await _world.StartUiAsync();
        using var browser = new HttpClient();
        await StatusAsync(browser, ui.Address);
        var fleet = await UntilAsync(browser, ui.Home, UiWorld.Well);
        Assert.That(fleet, Does.Contain("5 base images"));
        var image = await browser.GetStringAsync(new Uri(ui.Home, $"image/{_world.Namespace}/{UiWorld.RolledBack}"));
        Assert.That(image, Does.Contain("rolled back").And.Contain($"{UiWorld.RolledBack}-b2").And.Contain("Running"));
        Assert.That(
            await StatusAsync(browser, new Uri(ui.Home, $"image/{_world.Namespace}/none")),
            Is.EqualTo(HttpStatusCode.NotFound)
        );
        using var write = await browser.PostAsync(ui.Home, new StringContent(""));
        Assert.That(write.StatusCode, Is.EqualTo(HttpStatusCode.MethodNotAllowed));
    }

    [Test]
    public async Task An_interrupt_is_its_ordinary_end_even_while_a_browser_listens()
    {
        await using var ui = await _world.StartUiAsync();
        using var browser = new HttpClient();
        await StatusAsync(browser, ui.Address);
        using var stream = new StreamReader(await browser.GetStreamAsync(new Uri(ui.Home, "events")));
        Assert.That(await stream.ReadLineAsync(), Is.EqualTo("retry: 3000"));
        Assert.That(await ui.StopAsync(), Is.EqualTo(ExitCode.Done));
    }

    [Test]
    public async Task What_is_missing_is_told_on_the_page_and_on_stderr()
    {
        await GrantAsync("reader", "get", "list", "watch");
        await using var ui = await _world.StartUiAsync("--as", "reader");
        using var browser = new HttpClient();
        await StatusAsync(browser, ui.Address);
        var page = await browser.GetStringAsync(new Uri(ui.Home, $"image/{_world.Namespace}/{UiWorld.Well}"));
        var missing = $"Not allowed to list pods in namespace {_world.Namespace}";
        Assert.That(page, Does.Contain(missing));
        Assert.That(ui.Errors, Does.Contain(missing));
    }

    [Test]
    public async Task A_page_that_cannot_be_read_leads_back()
    {
        await GrantAsync("lister", "list", "watch");
        await using var ui = await _world.StartUiAsync("--as", "lister");
        using var browser = new HttpClient();
        await StatusAsync(browser, ui.Address);
        using var answer = await browser.GetAsync(new Uri(ui.Home, $"image/{_world.Namespace}/{UiWorld.Well}"));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        var page = await answer.Content.ReadAsStringAsync();
        Assert.That(page, Does.Contain("Not allowed to get gemmabaseimages.gemmaoperator.io"));
        Assert.That(
            page,
            Does.Contain($"<a href=\"{ui.Home.AbsolutePath}\">").And.Contain($"{ui.Home.AbsolutePath}style.css")
        );
    }

    [Test]
    public async Task Who_may_not_list_them_is_told_the_verb_and_nothing_is_served()
    {
        var run = await _world.RunAsync("ui", "--as", "nobody");
        Assert.That(run.Code, Is.EqualTo(ExitCode.NotAllowed));
        Assert.That(run.Err, Does.Contain("ask for the verb list on gemmabaseimages.gemmaoperator.io"));
        Assert.That(run.Err.TrimEnd().Split('\n'), Has.Length.EqualTo(1));
        Assert.That(run.Out, Is.Empty);
    }

    [Test]
    public async Task A_port_that_is_taken_is_one_line()
    {
        await using var ui = await _world.StartUiAsync();
        var run = await _world.RunAsync("ui", "--port", $"{ui.Address.Port}");
        Assert.That(run.Code, Is.EqualTo(ExitCode.Usage));
        Assert.That(run.Err, Does.StartWith("kubectl-gemma: --port: ").And.Contain("leave it out"));
        Assert.That(run.Err.TrimEnd().Split('\n'), Has.Length.EqualTo(1));
    }

    [TestCase("x")]
    [TestCase("-1")]
    [TestCase("65536")]
    public async Task A_port_that_is_none_is_refused(string port)
    {
        var run = await Run.Async("ui", $"--port={port}");
        Assert.That(run.Code, Is.EqualTo(ExitCode.Usage));
        Assert.That(run.Err, Does.Contain($"--port: '{port}' isn't a number from 0 to 65535"));
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient browser, Uri address)
    {
        using var answer = await browser.GetAsync(address);
        return answer.StatusCode;
    }

    /// <summary>Asks until the objects have been read.</summary>
    private static async Task<string> UntilAsync(HttpClient browser, Uri address, string text)
    {
        var page = "";
        await Operator.Tests.Clusters.Eventually.ThatAsync(
            async () => (page = await browser.GetStringAsync(address)).Contains(text, StringComparison.Ordinal),
            $"{text} is on the page"
        );
        return page;
    }

    private async Task GrantAsync(string user, params string[] verbs)
    {
        await _world.Cluster.Api.CreateAsync(
            new V1Role
            {
                Metadata = new V1ObjectMeta { Name = user, NamespaceProperty = _world.Namespace },
                Rules =
                [
                    new V1PolicyRule
                    {
                        ApiGroups = [ApiGroup.Name],
                        Resources = [GemmaBaseImage.KubePlural],
                        Verbs = verbs,
                    },
                ],
            },
            CancellationToken.None
        );
        await _world.Cluster.Api.CreateAsync(
            new V1RoleBinding
            {
                Metadata = new V1ObjectMeta { Name = user, NamespaceProperty = _world.Namespace },
                RoleRef = new V1RoleRef
                {
                    ApiGroup = "rbac.authorization.k8s.io",
                    Kind = "Role",
                    Name = user,
                },
                Subjects =
                [
                    new Rbacv1Subject
                    {
                        ApiGroup = "rbac.authorization.k8s.io",
                        Kind = "User",
                        Name = user,
                    },
                ],
            },
            CancellationToken.None
        );
    }
}
