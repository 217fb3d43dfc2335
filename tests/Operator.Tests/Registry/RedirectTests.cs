using System.Net;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.References;

namespace Operator.Tests.Registry;

/// <summary>Kind 6: redirects of reads are followed; credentials go to no other scheme, host or port.</summary>
public sealed class RedirectTests
{
    private const string Manifest = """{"schemaVersion":2,"config":{},"layers":[]}""";
    private const string Basic = "Basic dXNlcjpwYXNz";

    private static readonly ImageReference Reference = ImageReference.Parse("r.example/team/base:1");

    [TestCase("/v2/mirror/team/base/manifests/1", "https://r.example/v2/mirror/team/base/manifests/1", true)]
    [TestCase("https://r.example/x", "https://r.example/x", true)]
    [TestCase("https://R.EXAMPLE:443/x", "https://r.example/x", true)]
    public async Task A_read_follows_within_the_registry(string location, string to, bool withCredentials)
    {
        var handler = Registry(location);
        var read = await Scripted
            .Client(handler, Scripted.Access(Scripted.Credentials()))
            .GetManifestAsync(Reference, CancellationToken.None);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(read.Bytes, Is.EqualTo(System.Text.Encoding.UTF8.GetBytes(Manifest)));
            Assert.That(handler.Requests[^1], Is.EqualTo($"GET {to}{(withCredentials ? $" {Basic}" : "")}"));
        }
    }

    [TestCase("https://r.example:8443/x")]
    [TestCase("https://store.example/x?sig=1")]
    [TestCase("//other.example/x")]
    [TestCase("https://r.example.evil.example/x")]
    public async Task A_manifest_comes_from_the_registry_alone(string location)
    {
        var handler = Registry(location);
        var failure = await Scripted.FailureAsync(
            handler,
            "r.example/team/base",
            Scripted.Access(Scripted.Credentials())
        );
        Assert.That(failure.Error, Is.EqualTo(RegistryError.EgressRefused));
        Assert.That(
            failure.Message,
            Does.Contain("which isn't asked: only the content of blobs may come from elsewhere; name that host")
        );
        Assert.That(handler.Requests, Has.Count.EqualTo(2));
    }

    [TestCase("http://r.example/v2/x", "\"http://r.example\", which isn't followed")]
    [TestCase("ftp://r.example/x", "\"ftp://r.example\", which isn't followed")]
    [TestCase("file:///etc/passwd", "which isn't followed")]
    [TestCase("https://r.example:99999/", "which is no URL")]
    public async Task A_redirect_that_leads_nowhere_is_told(string location, string why)
    {
        var failure = await Scripted.FailureAsync(
            Registry(location),
            "r.example/team/base",
            Scripted.Access(Scripted.Credentials())
        );
        Assert.That(
            failure.Error,
            Is.EqualTo(location.Contains("99999") ? RegistryError.Invalid : RegistryError.EgressRefused)
        );
        Assert.That(failure.Message, Does.Contain(why));
    }

    [Test]
    public async Task A_chain_without_an_end_is_left()
    {
        var handler = new ScriptedHandler(
            (_, number) =>
                RegistryAnswer.Of("", "text/plain", HttpStatusCode.Found, ("Location", $"https://r.example/{number}"))
        );
        var failure = await Scripted.FailureAsync(handler, "r.example/team/base");
        Assert.That(failure.Message, Does.Contain("it is sent on more than 5 times, at last to \"r.example\""));
        Assert.That(handler.Requests, Has.Count.EqualTo(6));
    }

    [Test]
    public async Task A_write_is_not_sent_on()
    {
        var handler = Registry("https://other.example/x");
        var failure = await Scripted.FailureAsync(handler, "r.example/team/base", method: HttpMethod.Post);
        Assert.That(
            failure.Message,
            Does.Contain("HTTP 307")
                .And.Contain("it sends the request on to \"other.example\": name that host, if it is the registry's")
        );
        Assert.That(handler.Requests, Has.Count.EqualTo(1));
    }

    [TestCase("https://auth.example/other", true)]
    [TestCase("https://elsewhere.example/token", false)]
    public async Task A_token_service_sends_on_within_itself_alone(string location, bool isFollowed)
    {
        var handler = new ScriptedHandler(
            (request, _) =>
                request.RequestUri! switch
                {
                    { Host: "r.example" } when request.Headers.Authorization?.Scheme == "Bearer" => RegistryAnswer.Of(
                        Manifest
                    ),
                    { Host: "r.example" } => RegistryAnswer.Of(
                        "",
                        "text/plain",
                        HttpStatusCode.Unauthorized,
                        ("WWW-Authenticate", "Bearer realm=\"https://auth.example/token\"")
                    ),
                    { Host: "auth.example", AbsolutePath: "/token" } => RegistryAnswer.Of(
                        "",
                        "text/plain",
                        HttpStatusCode.Found,
                        ("Location", location)
                    ),
                    _ => RegistryAnswer.Of("""{"token":"t"}""", "application/json"),
                }
        );
        var client = Scripted.Client(handler, Scripted.Access(Scripted.Credentials()));
        if (isFollowed)
        {
            await client.GetManifestAsync(Reference, CancellationToken.None);
            return;
        }

        var failure = await Assert.ThrowsAsync<RegistryException>(() =>
            client.GetManifestAsync(Reference, CancellationToken.None)
        );
        Assert.That(failure!.Message, Does.Contain("sent on to \"elsewhere.example\", which isn't followed"));
        Assert.That(
            handler.Requests.Where(r => r.Contains("elsewhere", StringComparison.Ordinal)),
            Is.Empty,
            "no credentials, and no question"
        );
    }

    /// <summary>Asks for a password first, then sends on what is asked for, and has it elsewhere.</summary>
    private static ScriptedHandler Registry(string location) =>
        new(
            (request, number) =>
                (request.RequestUri!.PathAndQuery, number) switch
                {
                    ("/v2/team/base/manifests/1", 1) when request.Method == HttpMethod.Get => RegistryAnswer.Of(
                        "",
                        "text/plain",
                        HttpStatusCode.Unauthorized,
                        ("WWW-Authenticate", "Basic realm=\"r\"")
                    ),
                    ("/v2/team/base/manifests/1", _) => RegistryAnswer.Of(
                        "",
                        "text/plain",
                        HttpStatusCode.TemporaryRedirect,
                        ("Location", location)
                    ),
                    _ => RegistryAnswer.Of(Manifest),
                }
        );
}
