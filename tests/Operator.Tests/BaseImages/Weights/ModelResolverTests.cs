using System.Net;
using System.Net.Http.Headers;
using System.Text;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Models;
using GemmaOperator.BaseImages.Models;
using GemmaOperator.BaseImages.Weights;
using GemmaOperator.Cluster;
using GemmaOperator.Hub;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.Identities;
using k8s.Models;
using Operator.Tests.Hub;
using Operator.Tests.Registry;
using Operator.Tests.Runtime;

namespace Operator.Tests.BaseImages.Weights;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ModelResolverTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly WatchedTime _time = new(new DateTimeOffset(A.Morning));

    private DateTime Now => _time.GetUtcNow().UtcDateTime;

    [Test]
    public async Task Objects_that_name_the_same_source_share_one_question()
    {
        var hub = new ScriptedHandler((request, _) => Hub(request));
        using var http = new HttpClient(hub);
        var resolver = Resolver(http);
        for (var i = 0; i < 20; i++)
        {
            var answer = await AskAsync(resolver, Image($"uid-{i}"));
            Assert.That(
                ((ModelResolution.Resolved)answer).Identity.Commit!.ToString(),
                Is.EqualTo(HubServer.Commit(1))
            );
        }

        Assert.That(hub.Requests, Has.Count.EqualTo(2), "the revision and its config.json");
        _time.Advance(2 * Hour);
        await AskAsync(resolver, Image("uid-1"));
        Assert.That(hub.Requests, Has.Count.EqualTo(4), "an answer that is too old is asked for again");
    }

    [Test]
    public async Task A_question_that_hangs_ends_and_the_next_is_asked_anew()
    {
        var hub = new ScriptedHandler((request, n) => n == 1 ? null : Hub(request));
        using var http = new HttpClient(hub);
        var resolver = Resolver(http);
        var (first, second) = (AskAsync(resolver, Image("a")), AskAsync(resolver, Image("b")));
        await _time.WaitingAsync(HubClient.AnswerTimeout);
        _time.Advance(HubClient.AnswerTimeout);
        Assert.That(await first.WaitAsync(TimeSpan.FromSeconds(10)), Is.TypeOf<ModelResolution.Unavailable>());
        Assert.That(await second.WaitAsync(TimeSpan.FromSeconds(10)), Is.TypeOf<ModelResolution.Unavailable>());
        Assert.That(await AskAsync(resolver, Image("c")), Is.TypeOf<ModelResolution.Unavailable>(), "left alone");
        Assert.That(hub.Requests, Has.Count.EqualTo(1));
        _time.Advance(RegistryTurns.SilentFor);
        Assert.That(await AskAsync(resolver, Image("a")), Is.TypeOf<ModelResolution.Resolved>());
    }

    [Test]
    public async Task A_hub_that_asks_for_a_pause_gets_it_for_all_its_repositories()
    {
        var hub = new ScriptedHandler(
            (request, n) =>
                n == 1
                    ? new HttpResponseMessage(HttpStatusCode.TooManyRequests)
                    {
                        Headers = { RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromMinutes(10)) },
                    }
                    : Hub(request)
        );
        using var http = new HttpClient(hub);
        var resolver = Resolver(http);
        foreach (var revision in new[] { "main", "main", "v2" })
        {
            var held = (ModelResolution.Unavailable)await AskAsync(resolver, Image("a", revision));
            Assert.That(held.RetryAt, Is.EqualTo(A.Morning.AddMinutes(10)));
        }

        Assert.That(hub.Requests, Has.Count.EqualTo(1));
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.That(await AskAsync(resolver, Image("a")), Is.TypeOf<ModelResolution.Resolved>());
    }

    [Test]
    public async Task A_token_is_read_anew_and_its_answers_are_its_namespaces_own()
    {
        var hub = new ScriptedHandler((request, _) => Hub(request));
        using var http = new HttpClient(hub);
        var secrets = new Secrets { Token = "hf_one\n" };
        var resolver = Resolver(http, secrets);
        await AskAsync(resolver, Image("a", token: "hub"));
        secrets.Token = "hf_two";
        var elsewhere = Image("b", token: "hub");
        elsewhere.Metadata.NamespaceProperty = "other";
        await AskAsync(resolver, elsewhere);
        await AskAsync(resolver, Image("c"));
        Assert.That(
            hub.Requests.Where(r => r.Contains("/api/", StringComparison.Ordinal))
                .Select(r => r.Split("blobs=true")[1]),
            Is.EqualTo(new[] { " Bearer hf_one", " Bearer hf_two", "" })
        );
    }

    [TestCase(null, "doesn't exist")]
    [TestCase("", "holds no token")]
    [TestCase("two words", "holds no token")]
    public async Task A_token_that_went_is_told_with_a_command_that_makes_it(string? token, string problem)
    {
        using var http = new HttpClient(new ScriptedHandler((_, _) => throw new AssertionException("asked")));
        var refused = (ModelResolution.Refused)
            await AskAsync(Resolver(http, new Secrets { Token = token }), Image("a", token: "hub"));
        Assert.That(refused.Reason, Is.EqualTo("SecretNotFound"));
        Assert.That(refused.Message, Does.StartWith("spec.rollout.server.model.hub.tokenSecretRef: Secret ml/hub"));
        Assert.That(refused.Message, Does.Contain(problem).And.Contain("kubectl create secret generic hub -n ml"));
    }

    [Test]
    public async Task An_image_is_its_digest_and_its_layers_size()
    {
        const string Manifest = """
            {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
             "config": {"mediaType": "application/vnd.oci.empty.v1+json", "size": 2,
               "digest": "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"},
             "layers": [
               {"mediaType": "a/b", "size": 1000, "digest": "sha256:1111111111111111111111111111111111111111111111111111111111111111"},
               {"mediaType": "a/b", "size": 500, "digest": "sha256:2222222222222222222222222222222222222222222222222222222222222222"}]}
            """;
        var registry = new ScriptedHandler(
            (_, _) =>
                new HttpResponseMessage(HttpStatusCode.OK)
                {
                    Content = new StringContent(Manifest, Encoding.UTF8, "application/vnd.oci.image.manifest.v1+json"),
                }
        );
        using var http = new HttpClient(registry);
        var image = A.BaseImage().With(Weighted.InImage("registry.example/team/weights:1"));
        var found = (ModelResolution.Resolved)await AskAsync(Resolver(http), image);
        Assert.That(found.Identity.SizeBytes, Is.EqualTo(1500));
        Assert.That(found.Identity.ToString(), Does.StartWith("registry.example/team/weights@sha256:"));
    }

    [TestCase(HttpStatusCode.NotFound, "ModelNotFound")]
    [TestCase(HttpStatusCode.Unauthorized, "ModelUnauthorized")]
    [TestCase(HttpStatusCode.Forbidden, "ModelUnauthorized")]
    [TestCase(HttpStatusCode.OK, "ModelUnsupported")]
    public async Task An_image_that_can_not_be_had_is_refused_by_its_field(HttpStatusCode code, string reason)
    {
        using var http = new HttpClient(
            new ScriptedHandler((_, _) => new HttpResponseMessage(code) { Content = new StringContent("{}") })
        );
        var image = A.BaseImage().With(Weighted.InImage("registry.example/team/weights:1"));
        var refused = (ModelResolution.Refused)await AskAsync(Resolver(http), image);
        Assert.That(refused.Reason, Is.EqualTo(reason));
        Assert.That(refused.Message, Does.StartWith("spec.rollout.server.model.image.reference: "));
    }

    private Task<ModelResolution> AskAsync(ModelResolver resolver, GemmaBaseImage image) =>
        resolver.ResolveAsync(image, image.Declared(), Now - Hour, CancellationToken.None);

    private ModelResolver Resolver(HttpClient http, Secrets? secrets = null)
    {
        var api = secrets ?? new Secrets();
        return new ModelResolver(
            new HubClient(http, HubEndpoint.Default, _time),
            new RegistryClientFactory(
                http,
                RegistryAccess.Anonymous,
                new SecretReader(null!, api),
                CloudIdentities.Here(http, _time),
                _time
            ),
            new SecretKeyReader(null!, api),
            _time
        );
    }

    private static GemmaBaseImage Image(string uid, string revision = "main", string? token = null)
    {
        var image = A.BaseImage().With(Weighted.OnHub(revision, token));
        image.Metadata.Uid = uid;
        return image;
    }

    private static HttpResponseMessage Hub(HttpRequestMessage request) =>
        new(HttpStatusCode.OK)
        {
            Content = new StringContent(
                request.RequestUri!.AbsolutePath.StartsWith("/api/", StringComparison.Ordinal)
                    ? $$"""
                    {"sha": "{{HubServer.Commit(1)}}", "siblings": [{"rfilename": "config.json", "size": 1},
                    {"rfilename": "tokenizer.model", "size": 1}, {"rfilename": "model.safetensors", "size": 1}]}
                    """
                    : """{"model_type": "gemma"}"""
            ),
        };

    /// <summary>Has the one Secret, or none.</summary>
    private sealed class Secrets : ScriptedApi
    {
        public string? Token { get; set; }

        public override Task<T?> GetAsync<T>(string? ns, string name, CancellationToken cancellationToken)
            where T : class =>
            Task.FromResult(
                Token is null
                    ? null
                    : new V1Secret
                    {
                        Data = new Dictionary<string, byte[]>(StringComparer.Ordinal)
                        {
                            ["token"] = Encoding.UTF8.GetBytes(Token),
                        },
                    } as T
            );
    }
}
