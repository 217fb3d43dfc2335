using System.Diagnostics;
using System.Net;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.Identities;
using GemmaOperator.Registry.Manifests;
using GemmaOperator.Registry.References;
using Operator.Tests.Registry;

namespace Operator.Tests.BaseImages.Freshness;

/// <summary>Nothing silent stops a fleet: each question about a base has an end, and is asked anew.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SilentRegistryTests
{
    private readonly WatchedTime _time = new(new DateTimeOffset(A.Morning));

    [Test]
    public async Task A_token_service_that_hangs_once_costs_one_deadline()
    {
        var tokens = 0;
        var handler = new ScriptedHandler(
            (request, _) =>
                request switch
                {
                    { RequestUri.Host: "auth.example" } => tokens++ == 0
                        ? null
                        : RegistryAnswer.Of("""{"token":"t"}""", "application/json"),
                    { Headers.Authorization: null } => RegistryAnswer.Of(
                        "",
                        "text/html",
                        HttpStatusCode.Unauthorized,
                        ("WWW-Authenticate", "Bearer realm=\"https://auth.example/token\"")
                    ),
                    _ => Answer(1),
                }
        );
        using var http = new HttpClient(handler);
        var resolver = Resolver(http);
        var (first, second) = (AskAsync(resolver, "a"), AskAsync(resolver, "b"));
        await handler.AskedAsync(2);
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.That(await Bounded(first), Is.InstanceOf<UpstreamBaseResolution.Unavailable>());
        Assert.That(await Bounded(second), Is.InstanceOf<UpstreamBaseResolution.Unavailable>());
        _time.Advance(RegistryTurns.SilentFor);
        Assert.That(await Bounded(AskAsync(resolver, "a")), Is.InstanceOf<UpstreamBaseResolution.Resolved>());
        Assert.That(await Bounded(AskAsync(resolver, "b")), Is.InstanceOf<UpstreamBaseResolution.Resolved>());
    }

    [Test]
    public async Task An_error_whose_body_never_comes_is_told_by_its_status()
    {
        using var body = new Silence();
        var handler = new ScriptedHandler(
            (_, _) => new HttpResponseMessage(HttpStatusCode.BadRequest) { Content = new StreamContent(body) }
        );
        using var http = new HttpClient(handler);
        var answer = Client(http).GetManifestAsync(ImageReference.Parse("r.example/team/base:1"), default);
        await Bounded(body.Awaited);
        await PassAsync(answer);
        Assert.That(() => answer, Throws.TypeOf<RegistryException>().With.Message.Contains("HTTP 400"));
    }

    [Test]
    public async Task A_manifest_that_never_ends_and_a_layer_that_stops_have_an_end()
    {
        var handler = new ScriptedHandler(
            (_, _) =>
            {
                var response = RegistryAnswer.Of("");
                response.Content = new StreamContent(new Silence())
                {
                    Headers = { ContentType = new(MediaTypes.OciManifest) },
                };
                return response;
            }
        );
        using var http = new HttpClient(handler);
        var reference = ImageReference.Parse("r.example/team/base:1");
        var manifest = Client(http).GetManifestAsync(reference, default);
        await PassAsync(manifest);
        Assert.That(() => manifest, Throws.TypeOf<RegistryException>());

        await using var layer = await Client(http)
            .OpenBlobAsync(reference.Repository, new Descriptor("", ImageDigest.Of("x"u8), 1), default);
        var read = layer.ReadAsync(new byte[1]).AsTask();
        await PassAsync(read);
        Assert.That(() => read, Throws.TypeOf<IOException>());
    }

    /// <summary>Sixty objects of one tenant and eight workers: two of these may wait, and the others go on.</summary>
    [Test]
    public async Task A_silent_registry_holds_two_workers_and_those_for_one_deadline()
    {
        var handler = new ScriptedHandler(
            (request, _) => request.RequestUri!.Host == "silent.example" ? null : Answer(1)
        );
        using var http = new HttpClient(handler);
        var resolver = Resolver(http);
        var held = Enumerable
            .Range(0, RegistryTurns.AtOnce)
            .Select(i => AskAsync(resolver, "held", $"silent.example/team/base:{i}"))
            .ToList();
        await handler.AskedAsync(RegistryTurns.AtOnce);
        var waiting = AskAsync(resolver, "next", "silent.example/team/base:next");
        await _time.WaitingAsync(RegistryTurns.Patience);
        _time.Advance(RegistryTurns.Patience);
        Assert.That(await Bounded(waiting), Is.InstanceOf<UpstreamBaseResolution.Unavailable>());
        for (var i = 0; i < 60; i++)
        {
            var others = AskAsync(resolver, $"other{i}", $"silent.example/team/other{i}:1");
            Assert.That(await Bounded(others), Is.InstanceOf<UpstreamBaseResolution.Unavailable>());
        }

        Assert.That(
            await Bounded(AskAsync(resolver, "well", "well.example/team/base:1")),
            Is.InstanceOf<UpstreamBaseResolution.Resolved>()
        );
        _time.Advance(UpstreamBaseResolver.Deadline);
        foreach (var one in held)
        {
            Assert.That(await Bounded(one), Is.InstanceOf<UpstreamBaseResolution.Unavailable>());
        }

        var asked = handler.Requests.Count;
        var later = await Bounded(AskAsync(resolver, "later", "silent.example/team/later:1"));
        Assert.That(later, Is.InstanceOf<UpstreamBaseResolution.Unavailable>());
        Assert.That(handler.Requests, Has.Count.EqualTo(asked), "who was silent just now isn't asked");
    }

    [Test]
    public async Task What_is_remembered_of_references_is_bounded()
    {
        var handler = new ScriptedHandler((_, _) => Answer(1));
        using var http = new HttpClient(handler);
        var resolver = Resolver(http);
        for (var i = 0; i < 20_000; i++)
        {
            await AskAsync(resolver, "a", $"r.example/team/base:{i}");
        }

        Assert.That(resolver.Kept, Is.LessThanOrEqualTo(8192));
    }

    private DateTime Now => _time.GetUtcNow().UtcDateTime;

    /// <summary>Lets time pass until the task has ended: as much as it takes, in a minute of ours at most.</summary>
    private async Task PassAsync(Task task)
    {
        var patience = Stopwatch.StartNew();
        while (!task.IsCompleted && patience.Elapsed < TimeSpan.FromMinutes(1))
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(task, Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System));
        }

        Assert.That(task.IsCompleted, "it has an end");
    }

    private static Task Bounded(Task task) => task.WaitAsync(TimeSpan.FromSeconds(20));

    private static Task<T> Bounded<T>(Task<T> task) => task.WaitAsync(TimeSpan.FromSeconds(20));

    private Task<UpstreamBaseResolution> AskAsync(
        UpstreamBaseResolver resolver,
        string uid,
        string reference = A.BaseReference
    ) => AskAsync(resolver, Image(uid, reference));

    private Task<UpstreamBaseResolution> AskAsync(UpstreamBaseResolver resolver, GemmaBaseImage image) =>
        resolver.ResolveAsync(
            image,
            DeclaredBase.Parse(image.Spec!.Base.Image),
            Now - TimeSpan.FromMinutes(5),
            CancellationToken.None
        );

    private static GemmaBaseImage Image(string uid, string reference)
    {
        var image = A.BaseImage(s => s with { Base = new BaseSpec { Image = reference } });
        image.Metadata.Uid = uid;
        return image;
    }

    private static RegistryAccess Access =>
        RegistryAccess.Anonymous with
        {
            Egress = Egresses.TokensFromAuth("r.example", "registry-1.docker.io"),
        };

    private RegistryClient Client(HttpClient http) => new(http, Access, _time);

    private UpstreamBaseResolver Resolver(HttpClient http) =>
        new(
            new RegistryClientFactory(
                http,
                Access,
                new SecretReader(null!, null!),
                CloudIdentities.Here(http, _time),
                _time
            ),
            _time
        );

    private static HttpResponseMessage Answer(int digest) =>
        RegistryAnswer.Of("", MediaTypes.OciIndex, HttpStatusCode.OK, ("Docker-Content-Digest", A.Digest(digest)));

    /// <summary>A body of which nothing ever comes.</summary>
    private sealed class Silence : MemoryStream
    {
        private readonly TaskCompletionSource _awaited = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Ends when somebody waits for the body.</summary>
        public Task Awaited => _awaited.Task;

        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer,
            CancellationToken cancellationToken = default
        )
        {
            _awaited.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return 0;
        }

        public override Task<int> ReadAsync(
            byte[] buffer,
            int offset,
            int count,
            CancellationToken cancellationToken
        ) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }
}
