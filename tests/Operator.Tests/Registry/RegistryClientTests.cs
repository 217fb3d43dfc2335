using System.Net;
using System.Net.Http.Headers;
using System.Text;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.Identities;
using GemmaOperator.Registry.Manifests;
using GemmaOperator.Registry.References;

namespace Operator.Tests.Registry;

/// <summary>The client against answers that a good registry never gives.</summary>
public sealed class RegistryClientTests
{
    private static readonly ImageReference Reference = ImageReference.Parse("registry.example/team/base:1");
    private static readonly byte[] Manifest = """{"schemaVersion":2,"layers":[]}"""u8.ToArray();

    private readonly WatchedTime _time = new(new DateTimeOffset(A.Morning));

    private static readonly TestCaseData[] Refusals =
    [
        new TestCaseData(HttpStatusCode.NotFound, "", RegistryError.NotFound).SetName("404_is_NotFound"),
        new TestCaseData(HttpStatusCode.Unauthorized, "", RegistryError.Unauthorized).SetName(
            "401_without_a_challenge_is_Unauthorized"
        ),
        new TestCaseData(HttpStatusCode.Forbidden, "", RegistryError.Denied).SetName("403_is_Denied"),
        new TestCaseData(
            HttpStatusCode.BadRequest,
            """{"errors":[{"code":"DENIED","message":"no"}]}""",
            RegistryError.Denied
        ).SetName("DENIED_in_the_body_is_Denied"),
        new TestCaseData(HttpStatusCode.MethodNotAllowed, "<html>", RegistryError.Invalid).SetName(
            "405_is_no_registry"
        ),
    ];

    [TestCaseSource(nameof(Refusals))]
    public async Task A_refusal_is_sorted_by_who_must_act(HttpStatusCode code, string body, object error)
    {
        var thrown = await Assert.ThrowsAsync<RegistryException>(() =>
            Ask((_, _) => new HttpResponseMessage(code) { Content = new StringContent(body) }).Answer
        );
        Assert.That(thrown!.Error, Is.EqualTo(error));
        Assert.That(thrown.Message, Does.Contain("registry.example").And.Contain(((int)code).ToString()));
    }

    [TestCase(HttpStatusCode.BadRequest, "TAG_INVALID")]
    [TestCase(HttpStatusCode.PreconditionFailed, "PRECONDITION")]
    public async Task A_refusal_in_a_registrys_own_words_is_told_in_them(HttpStatusCode code, string word)
    {
        var body = $$"""{"errors":[{"code":"{{word}}","message":"the tag is immutable"}]}""";
        var thrown = await Assert.ThrowsAsync<RegistryException>(() =>
            Ask((_, _) => new HttpResponseMessage(code) { Content = new StringContent(body) }).Answer
        );
        Assert.That(thrown!.Message, Does.EndWith($"{word}: the tag is immutable"));
    }

    [Test]
    public async Task A_web_page_with_status_200_is_no_manifest()
    {
        var thrown = await Assert.ThrowsAsync<RegistryException>(() =>
            Ask((_, _) => Ok("<html>welcome</html>"u8.ToArray(), "text/html")).Answer
        );
        Assert.That(thrown!.Error, Is.EqualTo(RegistryError.Invalid));
        Assert.That(thrown.Message, Does.Contain("is this really a registry"));
    }

    [Test]
    public async Task An_answer_beyond_all_manifests_is_cut_off()
    {
        var thrown = await Assert.ThrowsAsync<RegistryException>(() =>
            Ask((_, _) => Ok(new byte[(4 << 20) + 1], MediaTypes.OciManifest)).Answer
        );
        Assert.That(thrown!.Message, Does.Contain("larger than"));
    }

    [Test]
    public async Task Content_that_is_not_its_digest_is_refused()
    {
        var other = Reference.WithDigest(ImageDigest.Of("other"u8));
        var thrown = await Assert.ThrowsAsync<RegistryException>(() =>
            Ask((_, _) => Ok(Manifest, MediaTypes.OciManifest), reference: other).Answer
        );
        Assert.That(thrown!.Message, Does.Contain("isn't what its digest says"));
    }

    [Test]
    public async Task A_registry_that_never_answers_is_Unavailable_after_a_bounded_time()
    {
        var (answer, handler) = Ask((_, _) => null);
        await handler.AskedAsync(1);
        _time.Advance(RegistryTransport.AnswerTimeout);
        var thrown = await Assert.ThrowsAsync<RegistryException>(() => answer);
        Assert.That(thrown!.Error, Is.EqualTo(RegistryError.Unavailable));
        Assert.That(handler.Requests, Has.Count.EqualTo(1), "who was silent isn't waited for as long again");
    }

    [Test]
    public async Task Retry_After_is_waited_for()
    {
        var (answer, handler) = Ask(
            (_, number) =>
                number == 1
                    ? new HttpResponseMessage(HttpStatusCode.TooManyRequests)
                    {
                        Headers = { RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(7)) },
                    }
                    : Ok(Manifest, MediaTypes.OciManifest)
        );
        await _time.WaitingAsync(TimeSpan.FromSeconds(7));
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.That(handler.Requests, Has.Count.EqualTo(1), "not before the time is over");
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That((await answer).Bytes, Is.EqualTo(Manifest));
    }

    [Test]
    public async Task A_long_Retry_After_is_left_to_the_caller()
    {
        var thrown = await Assert.ThrowsAsync<RegistryException>(() =>
            Ask(
                (_, _) =>
                    new HttpResponseMessage(HttpStatusCode.ServiceUnavailable)
                    {
                        Headers = { RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromMinutes(5)) },
                    }
            ).Answer
        );
        Assert.That(thrown!.RetryAfter, Is.EqualTo(TimeSpan.FromMinutes(5)));
    }

    [Test]
    public async Task A_challenge_is_met_with_a_token_from_its_realm()
    {
        var (answer, handler) = Ask(
            (request, _) =>
                request switch
                {
                    { RequestUri.Host: "auth.example" } => Ok(
                        """{"token":"t0k","expires_in":300}"""u8.ToArray(),
                        "application/json"
                    ),
                    { Headers.Authorization: null } => Challenge(
                        "Bearer "
                            + "realm=\"https://auth.example/token\",service=\"registry.example\","
                            + "scope=\"repository:team/base:pull\""
                    ),
                    _ => Ok(Manifest, MediaTypes.OciManifest),
                },
            DockerConfig.Of("registry.example", new RegistryCredential("user", "secret"))
        );
        await answer;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                handler.Requests[1],
                Does.StartWith(
                    "GET "
                        + "https://auth.example/token?service=registry.example&"
                        + "scope=repository%3Ateam%2Fbase%3Apull Basic "
                )
            );
            Assert.That(handler.Requests[2], Does.EndWith("Bearer t0k"));
        }
    }

    [Test]
    public async Task Credentials_are_not_sent_to_a_realm_in_the_clear()
    {
        var (answer, handler) = Ask(
            (_, _) => Challenge("Bearer realm=\"http://auth.example/token\",service=\"registry.example\""),
            DockerConfig.Of("registry.example", new RegistryCredential("user", "secret"))
        );
        var thrown = await Assert.ThrowsAsync<RegistryException>(() => answer);
        Assert.That(thrown!.Error, Is.EqualTo(RegistryError.EgressRefused));
        Assert.That(handler.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task An_upload_that_is_sent_elsewhere_is_not_made()
    {
        var handler = new ScriptedHandler(
            (request, _) =>
                request switch
                {
                    { Headers.Authorization: null, RequestUri.Host: "registry.example" } => Challenge(
                        "Basic realm=\"r\""
                    ),
                    { Method.Method: "HEAD" } => new HttpResponseMessage(HttpStatusCode.NotFound),
                    { Method.Method: "POST" } => new HttpResponseMessage(HttpStatusCode.Accepted)
                    {
                        Headers = { Location = new Uri("https://store.example/upload/1?x=y") },
                    },
                    _ => new HttpResponseMessage(HttpStatusCode.Created),
                }
        );
        using var http = new HttpClient(handler);
        var content = "layer"u8.ToArray();
        var refused = await Assert.ThrowsAsync<RegistryException>(() =>
            Client(http, DockerConfig.Of("registry.example", new RegistryCredential("user", "secret")))
                .UploadBlobAsync(
                    Reference.Repository,
                    new Descriptor("", ImageDigest.Of(content), content.Length),
                    _ => Task.FromResult<Stream>(new MemoryStream(content)),
                    CancellationToken.None
                )
        );
        Assert.That(refused!.Error, Is.EqualTo(RegistryError.EgressRefused));
        Assert.That(refused.Message, Does.Contain("\"https://store.example\", which isn't itself; name that host"));
        Assert.That(handler.Requests.Where(r => r.Contains("store.example", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public async Task A_mirror_is_asked_in_place_of_the_registry()
    {
        Assert.That(RegistryMirrors.TryParse(["registry.example=mirror.example:5000/cache"], out var mirrors, out _));
        var handler = new ScriptedHandler((_, _) => Ok(Manifest, MediaTypes.OciManifest));
        using var http = new HttpClient(handler);
        await new RegistryClient(http, RegistryAccess.Anonymous with { Mirrors = mirrors! }, _time).GetManifestAsync(
            Reference,
            CancellationToken.None
        );
        Assert.That(
            handler.Requests.Single(),
            Is.EqualTo("GET https://mirror.example:5000/v2/cache/team/base/manifests/1")
        );
    }

    [Test]
    public async Task A_Google_token_is_kept_until_shortly_before_its_end()
    {
        var handler = new ScriptedHandler(
            (_, number) =>
                Ok(Encoding.UTF8.GetBytes($$"""{"access_token":"t{{number}}","expires_in":3600}"""), "application/json")
        );
        using var http = new HttpClient(handler);
        using var google = new GoogleIdentity(http, new Uri("http://metadata.example"), _time);
        var first = await google.CredentialAsync(CancellationToken.None);
        _time.Advance(TimeSpan.FromMinutes(54));
        var kept = await google.CredentialAsync(CancellationToken.None);
        _time.Advance(TimeSpan.FromMinutes(2));
        var fresh = await google.CredentialAsync(CancellationToken.None);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((first.Username, first.Password), Is.EqualTo(("oauth2accesstoken", "t1")));
            Assert.That(kept.Password, Is.EqualTo("t1"));
            Assert.That(fresh.Password, Is.EqualTo("t2"));
        }
    }

    private (Task<ManifestContent> Answer, ScriptedHandler Handler) Ask(
        Func<HttpRequestMessage, int, HttpResponseMessage?> answer,
        DockerConfig? credentials = null,
        ImageReference? reference = null
    )
    {
        var handler = new ScriptedHandler(answer);
        return (
            Client(new HttpClient(handler), credentials)
                .GetManifestAsync(reference ?? Reference, CancellationToken.None),
            handler
        );
    }

    private RegistryClient Client(HttpClient http, DockerConfig? credentials) =>
        new(
            http,
            RegistryAccess.Anonymous with
            {
                Credentials = credentials ?? DockerConfig.Empty,
                Egress = Egresses.TokensFromAuth("registry.example"),
            },
            _time
        );

    private static HttpResponseMessage Ok(byte[] body, string type) =>
        new(HttpStatusCode.OK)
        {
            Content = new ByteArrayContent(body) { Headers = { ContentType = MediaTypeHeaderValue.Parse(type) } },
        };

    private static HttpResponseMessage Challenge(string challenge)
    {
        var response = new HttpResponseMessage(HttpStatusCode.Unauthorized);
        response.Headers.WwwAuthenticate.ParseAdd(challenge);
        return response;
    }
}
