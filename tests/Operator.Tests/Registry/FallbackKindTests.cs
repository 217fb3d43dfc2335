using System.Net;
using System.Text;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.Manifests;
using GemmaOperator.Registry.References;

namespace Operator.Tests.Registry;

/// <summary>A fallback covers the kind of a registry's ways, not the one that was met first.</summary>
public sealed class FallbackKindTests
{
    private const string Index = """{"schemaVersion":2,"manifests":[]}""";

    private static readonly ImageReference Reference = ImageReference.Parse("r.example/team/base:1");
    private static readonly ImageDigest Digest = ImageDigest.Of(Encoding.UTF8.GetBytes(Index));

    [TestCase(HttpStatusCode.NotFound)]
    [TestCase(HttpStatusCode.MethodNotAllowed)]
    [TestCase(HttpStatusCode.NotImplemented)]
    [TestCase(HttpStatusCode.Forbidden)]
    [TestCase(HttpStatusCode.Unauthorized)]
    [TestCase(HttpStatusCode.BadRequest)]
    [TestCase(HttpStatusCode.BadGateway)]
    public async Task Where_HEAD_is_refused_the_manifest_is_read(HttpStatusCode refusal)
    {
        var handler = new ScriptedHandler(
            (request, _) =>
                request.Method == HttpMethod.Head
                    ? RegistryAnswer.Of("", "text/html", refusal)
                    : RegistryAnswer.Of(Index, MediaTypes.OciIndex)
        );
        Assert.That(await ResolveAsync(handler), Is.EqualTo(Digest));
        Assert.That(handler.Requests, Has.Count.EqualTo(2), "HEAD isn't tried again for what GET can tell");
    }

    [Test]
    public void Where_HEAD_is_refused_for_asking_too_much_nothing_more_is_asked()
    {
        var handler = new ScriptedHandler(
            (_, _) => RegistryAnswer.Of("", "text/html", HttpStatusCode.TooManyRequests, ("Retry-After", "600"))
        );
        Assert.That(() => ResolveAsync(handler), Throws.TypeOf<RegistryException>());
        Assert.That(handler.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Where_HEAD_of_a_blob_is_refused_it_is_uploaded()
    {
        var handler = new ScriptedHandler(
            (request, _) =>
                request.Method.Method switch
                {
                    "HEAD" => RegistryAnswer.Of("", "text/html", HttpStatusCode.MethodNotAllowed),
                    "POST" => RegistryAnswer.Of("", "text/html", HttpStatusCode.Accepted, ("Location", "/upload/1")),
                    _ => RegistryAnswer.Of("", "text/html", HttpStatusCode.Created),
                }
        );
        Assert.That(await UploadAsync(handler), Is.True);
    }

    [TestCase(HttpStatusCode.NotFound, "Basic realm=\"r\"")]
    [TestCase(HttpStatusCode.Forbidden, "Basic realm=\"r\"")]
    [TestCase(HttpStatusCode.NotFound, "Bearer realm=\"https://auth.example/token\",service=\"r.example\"")]
    [TestCase(HttpStatusCode.Forbidden, "")]
    [TestCase(HttpStatusCode.Unauthorized, "")]
    public async Task What_is_hidden_from_strangers_is_asked_for_with_the_credentials_that_are_there(
        HttpStatusCode refusal,
        string challenge
    )
    {
        var handler = new ScriptedHandler(
            (request, _) =>
                request switch
                {
                    { RequestUri.Host: "auth.example" } => RegistryAnswer.Of("""{"token":"t"}""", "application/json"),
                    { RequestUri.AbsolutePath: "/v2/" } => challenge.Length == 0
                        ? RegistryAnswer.Of("", "text/html")
                        : RegistryAnswer.Of(
                            "",
                            "text/html",
                            HttpStatusCode.Unauthorized,
                            ("WWW-Authenticate", challenge)
                        ),
                    { Headers.Authorization: null } => RegistryAnswer.Of("", "text/html", refusal),
                    _ => RegistryAnswer.Of(Index, MediaTypes.OciIndex),
                }
        );
        Assert.That(await ResolveAsync(handler, Known), Is.EqualTo(Digest));
    }

    [TestCase("""{"token":"t"}""")]
    [TestCase("""{"access_token":"t"}""")]
    [TestCase("""{"token":"","access_token":"t"}""")]
    [TestCase("""{"token":null,"access_token":"t","expires_in":1e300}""")]
    [TestCase("""{"token":"t","expires_in":"soon"}""")]
    public async Task A_token_is_taken_in_each_form(string body)
    {
        var handler = TokenService((_, _) => RegistryAnswer.Of(body, "application/json"));
        await ResolveAsync(handler);
        Assert.That(handler.Requests[^1], Does.EndWith("Bearer t"));
    }

    [TestCase("""{"token":""}""")]
    [TestCase("""{}""")]
    [TestCase("""{"token":"a","token":"b"}""")]
    [TestCase("{\"token\":\"a\\r\\nX: y\"}")]
    [TestCase("[]")]
    public void What_is_no_token_is_an_odd_answer_and_no_exception_of_another_kind(string body) =>
        Assert.That(
            () => ResolveAsync(TokenService((_, _) => RegistryAnswer.Of(body, "application/json"))),
            Throws.TypeOf<RegistryException>().With.Property("Error").EqualTo(RegistryError.Invalid)
        );

    [Test]
    public async Task A_token_service_without_a_name_is_asked_without_one()
    {
        var handler = TokenService(
            (_, _) => RegistryAnswer.Of("""{"token":"t"}""", "application/json"),
            "Bearer realm=\"https://auth.example/token?account=x\""
        );
        await ResolveAsync(handler);
        Assert.That(
            handler.Requests[1],
            Is.EqualTo("GET https://auth.example/token?account=x&scope=repository%3Ateam%2Fbase%3Apull")
        );
    }

    [TestCase(HttpStatusCode.MethodNotAllowed)]
    [TestCase(HttpStatusCode.NotFound)]
    public async Task A_token_service_that_takes_no_GET_is_asked_by_POST(HttpStatusCode refusal)
    {
        var handler = TokenService(
            (request, _) =>
                request.Method == HttpMethod.Get
                    ? RegistryAnswer.Of("", "text/html", refusal)
                    : RegistryAnswer.Of("""{"access_token":"t"}""", "application/json")
        );
        await ResolveAsync(handler, Known);
        Assert.That(handler.Requests[^1], Does.EndWith("Bearer t"));
    }

    [TestCase(
        "/v2/team/base/blobs/uploads/1?_state=a%3Db",
        "https://r.example/v2/team/base/blobs/uploads/1?_state=a%3Db&"
    )]
    [TestCase("1?x", "https://r.example/v2/team/base/blobs/uploads/1?x&")]
    [TestCase("../other/1", "https://r.example/v2/team/base/blobs/other/1?")]
    [TestCase("//R.example:443/1", "https://r.example/1?")]
    [TestCase("https://r.example./1?a=b", "https://r.example/1?a=b&")]
    public async Task A_location_is_followed_in_each_legal_form(string location, string target)
    {
        var handler = Uploads(location);
        await UploadAsync(handler);
        Assert.That(handler.Requests[^1], Does.StartWith($"PUT {target}digest=sha256"));
    }

    [TestCase("http://r.example/1")]
    [TestCase("ftp://r.example/1")]
    [TestCase("//store.example/1")]
    [TestCase("https://r.example:8443/1")]
    [TestCase("https://user@r.example/1")]
    [TestCase("https://r.example@169.254.169.254/1")]
    [TestCase("https://store.r.example/1")]
    public void A_location_in_the_clear_of_another_kind_or_elsewhere_is_refused(string location) =>
        Assert.That(() => UploadAsync(Uploads(location)), Throws.TypeOf<RegistryException>());

    [TestCase("application/json", """{"schemaVersion":2,"manifests":[]}""", MediaTypes.OciIndex)]
    [TestCase("application/octet-stream", """{"schemaVersion":2,"config":{},"layers":[]}""", MediaTypes.OciManifest)]
    [TestCase(
        "text/plain",
        "{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.DockerManifest + "\"}",
        MediaTypes.DockerManifest
    )]
    [TestCase("Application/Vnd.OCI.image.index.v1+JSON; charset=utf-8", """{"schemaVersion":2}""", MediaTypes.OciIndex)]
    public async Task A_manifest_under_another_name_is_known_by_its_content(string type, string body, string known)
    {
        var handler = new ScriptedHandler((_, _) => RegistryAnswer.Of(body, type));
        using var http = new HttpClient(handler);
        var manifest = await Client(http).GetManifestAsync(Reference, CancellationToken.None);
        Assert.That(manifest.MediaType, Is.EqualTo(known));
    }

    private static DockerConfig Known => DockerConfig.Of("r.example", new RegistryCredential("user", "pass"));

    private static ScriptedHandler TokenService(
        Func<HttpRequestMessage, int, HttpResponseMessage> answer,
        string challenge = "Bearer realm=\"https://auth.example/token\",service=\"r.example\""
    ) =>
        new(
            (request, number) =>
                request switch
                {
                    { RequestUri.Host: "auth.example" } => answer(request, number),
                    { Headers.Authorization: null } => RegistryAnswer.Of(
                        "",
                        "text/html",
                        HttpStatusCode.Unauthorized,
                        ("WWW-Authenticate", challenge)
                    ),
                    _ => RegistryAnswer.Of(
                        Index,
                        MediaTypes.OciIndex,
                        HttpStatusCode.OK,
                        ("Docker-Content-Digest", Digest.ToString())
                    ),
                }
        );

    private static ScriptedHandler Uploads(string location) =>
        new(
            (request, _) =>
                request.Method.Method switch
                {
                    "HEAD" => RegistryAnswer.Of("", "text/html", HttpStatusCode.NotFound),
                    "POST" => RegistryAnswer.Of("", "text/html", HttpStatusCode.Accepted, ("Location", location)),
                    _ => RegistryAnswer.Of("", "text/html", HttpStatusCode.Created),
                }
        );

    private static async Task<bool> UploadAsync(ScriptedHandler handler)
    {
        using var http = new HttpClient(handler);
        var content = "layer"u8.ToArray();
        return await Client(http)
            .UploadBlobAsync(
                Reference.Repository,
                new Descriptor("", ImageDigest.Of(content), content.Length),
                _ => Task.FromResult<Stream>(new MemoryStream(content)),
                CancellationToken.None
            );
    }

    private static async Task<ImageDigest> ResolveAsync(ScriptedHandler handler, DockerConfig? credentials = null)
    {
        using var http = new HttpClient(handler);
        return (await Client(http, credentials).ResolveAsync(Reference, CancellationToken.None)).Digest;
    }

    private static RegistryClient Client(HttpClient http, DockerConfig? credentials = null) =>
        new(
            http,
            RegistryAccess.Anonymous with
            {
                Credentials = credentials ?? DockerConfig.Empty,
                Egress = Egresses.TokensFromAuth(),
            },
            TimeProvider.System
        );
}
