using GemmaOperator.Egress;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.Manifests;
using GemmaOperator.Registry.References;
using Microsoft.AspNetCore.Http;
using Operator.Tests.Registry;

namespace Operator.Tests.Egress;

/// <summary>
/// A tenant's registry that sends the operator to services inside: each way there is closed, nothing of their answers
/// comes out, and the refusal names what was refused.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class HostileRegistryTests : IAsyncDisposable
{
    private const string Secret = "SECRET-OF-AN-INTERNAL-SERVICE";

    private static readonly byte[] Layer = [.. Enumerable.Range(0, 600_000).Select(i => (byte)(i * 31))];
    private static readonly Descriptor Blob = new("", ImageDigest.Of(Layer), Layer.Length);

    private Place _inside = null!;
    private Place _registry = null!;
    private Func<HttpContext, Task> _says = _ => Task.CompletedTask;
    private Func<HttpContext, Task> _tells = context => context.Response.WriteAsync(Secret);

    [SetUp]
    public async Task StartAsync()
    {
        _inside = await Place.StartAsync(context => _tells(context));
        _registry = await Place.StartAsync(context => _says(context));
    }

    public async ValueTask DisposeAsync()
    {
        await _registry.DisposeAsync();
        await _inside.DisposeAsync();
    }

    [TestCase("http://INSIDE/v1/kv/secret")]
    [TestCase("http://localhost:PORT/")]
    [TestCase("http://0x7f.1:PORT/")]
    [TestCase("http://169.254.169.254/latest/meta-data/")]
    [TestCase("http://[::ffff:169.254.169.254]/")]
    [TestCase("http://user:password@INSIDE/")]
    [TestCase("//INSIDE/v1/kv/secret")]
    [TestCase("gopher://INSIDE/")]
    public async Task A_blob_that_is_sent_on_to_the_inside_is_not_read(string to)
    {
        _says = context => Place.RedirectAsync(context, Inside(to));
        var refused = await RefusedAsync(client => client.OpenBlobAsync(Repository(), Blob, CancellationToken.None));
        Assert.That(refused.Message, Does.Not.Contain("password"));
    }

    [Test]
    public async Task A_chain_that_begins_at_home_is_not_followed_inside()
    {
        _says = context =>
            Place.RedirectAsync(context, context.Request.Path == "/next" ? Inside("http://INSIDE/") : "/next");
        await RefusedAsync(client => client.GetBlobAsync(Repository(), Blob with { Size = 9 }, CancellationToken.None));
        Assert.That(_registry.Requests, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_manifest_and_a_list_of_tags_are_not_read_inside()
    {
        _says = context => Place.RedirectAsync(context, Inside("http://INSIDE/"));
        await RefusedAsync(client => client.GetManifestAsync(Reference(), CancellationToken.None));
        await RefusedAsync(client => client.ListTagsAsync(Repository(), CancellationToken.None));
        await RefusedAsync(client => client.FindAsync(Reference(), CancellationToken.None));
    }

    [TestCase("http://INSIDE/v1/kv/some/admin/key?dc=dc1")]
    [TestCase("//INSIDE/v1/kv/some/admin/key")]
    [TestCase("http://localhost:PORT/")]
    [TestCase("https://public.example/upload")]
    public async Task An_upload_is_not_written_inside_nor_elsewhere(string to)
    {
        _says = context =>
        {
            (context.Response.StatusCode, context.Response.Headers.Location) =
                context.Request.Method == "POST" ? (202, Inside(to)) : (404, "");
            return Task.CompletedTask;
        };
        await RefusedAsync(client =>
            client.UploadBlobAsync(Repository(), Blob, _ => Task.FromResult<Stream>(new MemoryStream(Layer)), default)
        );
        await RefusedAsync(client => client.CheckPushAsync(Repository(), default));
        await RefusedAsync(client => client.DeleteManifestAsync(Repository(), Blob.Digest, default), isRefused: false);
        Assert.That(_inside.Bodies, Is.Empty);
    }

    [TestCase("http://INSIDE/token")]
    [TestCase("https://INSIDE/token")]
    [TestCase("http://REGISTRY@INSIDE/token")]
    [TestCase("http://169.254.169.254/computeMetadata/v1/instance/service-accounts/default/token")]
    [TestCase("https://auth.docker.io/token")]
    public async Task A_token_is_not_fetched_inside_nor_of_another_service(string realm)
    {
        _says = context =>
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            context.Response.Headers.WWWAuthenticate = $"Bearer realm=\"{Inside(realm)}\",service=\"r\"";
            return Task.CompletedTask;
        };
        var refused = await RefusedAsync(client => client.GetManifestAsync(Reference(), CancellationToken.None));
        Assert.That(refused.Message, Does.Contain("sends for tokens to"));
        Assert.That(_registry.Requests, Has.None.Contain("Bearer"), "no token of another's was relayed");
    }

    [Test]
    public async Task A_token_service_does_not_send_on_inside()
    {
        _says = context =>
        {
            if (context.Request.Path == "/token")
            {
                return Place.RedirectAsync(context, Inside("http://INSIDE/token"));
            }

            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            context.Response.Headers.WWWAuthenticate = $"Bearer realm=\"http://{_registry.Host}/token\"";
            return Task.CompletedTask;
        };
        await RefusedAsync(client => client.GetManifestAsync(Reference(), CancellationToken.None));
    }

    [Test]
    public async Task What_a_private_store_says_is_nowhere_unless_it_is_the_blob()
    {
        _says = context => Place.RedirectAsync(context, Inside("http://INSIDE/"));
        var failure = await FailureAsync(c => c.OpenBlobAsync(Repository(), Blob, default), Trusting(_inside.Host));
        Assert.That((failure.Error, failure.Message.Contains(Secret)), Is.EqualTo((RegistryError.Invalid, false)));
        _tells = context =>
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return context.Response.WriteAsync($$"""{"errors":[{"code":"DENIED","message":"{{Secret}}"}]}""");
        };
        failure = await FailureAsync(c => c.OpenBlobAsync(Repository(), Blob, default), Trusting(_inside.Host));
        Assert.That(failure.Message, Does.EndWith("which doesn't answer with it"));
    }

    [Test]
    public async Task A_layer_of_a_private_store_is_copied_after_it_was_proved()
    {
        _says = SendOnAndTakeAsync;
        _tells = context => context.Response.Body.WriteAsync(Layer).AsTask();
        Assert.That(await CopyAsync(), Is.Empty);
        Assert.That(_inside.Requests, Is.EqualTo(new[] { "GET /blob", "GET /blob" }));
        Assert.That(_registry.Requests.Last(), Does.StartWith("PUT /v2/evil/target/upload"));
    }

    [Test]
    public void What_was_proved_and_is_another_thing_then_is_not_copied()
    {
        _says = SendOnAndTakeAsync;
        _tells = context =>
            _inside.Requests.Count == 1
                ? context.Response.Body.WriteAsync(Layer).AsTask()
                : context.Response.WriteAsync(Secret.PadRight(Layer.Length));
        Assert.That(CopyAsync, Throws.Exception);
        Assert.That(_registry.Bodies, Has.None.Contain(Secret));
    }

    [Test]
    public void What_was_never_the_layer_is_not_copied()
    {
        _says = SendOnAndTakeAsync;
        _tells = context => context.Response.WriteAsync(Secret.PadRight(Layer.Length));
        Assert.That(CopyAsync, Throws.TypeOf<RegistryException>());
        Assert.That(_registry.Bodies, Has.None.Contain(Secret));
        Assert.That(_inside.Requests, Has.Count.EqualTo(1));
    }

    private async Task<IReadOnlyList<Descriptor>> CopyAsync()
    {
        var (http, client) = Client(Trusting(_inside.Host));
        using (http)
        {
            using var copies = new BlobCopies(TimeProvider.System);
            var target = ImageRepository.Parse($"{_registry.Host}/evil/target");
            return await copies.CopyAsync(
                client,
                "evil",
                target,
                [(Repository(), Blob)],
                TimeSpan.FromSeconds(20),
                default
            );
        }
    }

    /// <summary>Answers as the registry that the layer is read from, and as the one that takes it.</summary>
    private Task SendOnAndTakeAsync(HttpContext context)
    {
        var response = context.Response;
        switch (context.Request.Method)
        {
            case "GET" when context.Request.Path.Value!.Contains("/blobs/", StringComparison.Ordinal):
                return Place.RedirectAsync(context, Inside("http://INSIDE/blob"));
            case "POST":
                (response.StatusCode, response.Headers.Location) = (202, "/v2/evil/target/upload");
                return Task.CompletedTask;
            default:
                response.StatusCode = context.Request.Method == "PUT" ? 201 : 404;
                return Task.CompletedTask;
        }
    }

    private async Task<RegistryException> RefusedAsync(Func<RegistryClient, Task> ask, bool isRefused = true)
    {
        var failure = await FailureAsync(ask, EgressPolicy.Default);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(failure.Error == RegistryError.EgressRefused, Is.EqualTo(isRefused), failure.Message);
            Assert.That(failure.Message, Does.Not.Contain(Secret));
            Assert.That(_inside.Requests, Is.Empty);
        }

        return failure;
    }

    private async Task<RegistryException> FailureAsync(Func<RegistryClient, Task> ask, EgressPolicy policy)
    {
        var (http, client) = Client(policy);
        using (http)
        {
            return (await Assert.ThrowsAsync<RegistryException>(() => ask(client)))!;
        }
    }

    /// <summary>The registry is named by <c>--insecure-registry</c>, what is inside by nobody.</summary>
    private (HttpClient Http, RegistryClient Client) Client(EgressPolicy policy)
    {
        var trusting = policy.Trusting([Egresses.Host(_registry.Host)]);
        var http = EgressHandler.Client(new EgressRules(trusting));
        var access = RegistryAccess.Anonymous with
        {
            InsecureHosts = [_registry.Host],
            Egress = trusting,
            Credentials = DockerConfig.Of(_registry.Host, new RegistryCredential("user", "secret")),
        };
        return (http, new RegistryClient(http, access, TimeProvider.System));
    }

    private static EgressPolicy Trusting(string host) => Egresses.Trusting(host);

    private ImageRepository Repository() => ImageRepository.Parse($"{_registry.Host}/evil/server");

    private ImageReference Reference() => ImageReference.Parse($"{_registry.Host}/evil/server:1");

    private string Inside(string url) =>
        url.Replace("INSIDE", _inside.Host, StringComparison.Ordinal)
            .Replace("REGISTRY", _registry.Host, StringComparison.Ordinal)
            .Replace("PORT", _inside.Host.Split(':')[1], StringComparison.Ordinal);
}
