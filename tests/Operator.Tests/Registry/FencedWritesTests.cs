using GemmaOperator.Egress;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.Manifests;
using GemmaOperator.Registry.References;
using GemmaOperator.Runtime.Contracts;
using Microsoft.AspNetCore.Http;
using Operator.Tests.Runtime.Client;

namespace Operator.Tests.Registry;

/// <summary>A leader whose lease is lost changes nothing in a registry any more.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class FencedWritesTests : IAsyncDisposable
{
    private const int UploadSize = 16 << 20;

    private AnswerServer _server = null!;
    private HttpClient _http = null!;
    private RegistryClient _client = null!;
    private ImageRepository _repository = null!;
    private volatile bool _isOpen = true;
    private long _received;

    [SetUp]
    public async Task StartAsync()
    {
        _server = await AnswerServer.StartAsync();
        _server.Answer = AnswerAsync;
        var host = new Uri(_server.Configuration().Host).Authority;
        _repository = ImageRepository.Parse($"{host}/team/base");
        _http = RegistryConnections.Client(new EgressRules(Egresses.Trusting(host)), TimeProvider.System, EnsureOpen);
        _client = new RegistryClient(_http, RegistryAccess.Anonymous.WithInsecure(host), TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    [Test]
    public async Task An_upload_that_is_under_way_ends_with_the_lease()
    {
        using var zeros = new ZeroStream(UploadSize);
        var blob = new Descriptor("", ImageDigest.Of([1]), UploadSize);
        var upload = _client.UploadBlobAsync(
            _repository,
            blob,
            _ => Task.FromResult<Stream>(zeros),
            CancellationToken.None
        );
        Assert.That(async () => await upload, Throws.InstanceOf<LeadershipLostException>());
        Assert.That(Interlocked.Read(ref _received), Is.LessThan(UploadSize), "it wasn't sent to its end");
    }

    [Test]
    public void Nothing_that_changes_a_registry_is_sent_afterwards()
    {
        _isOpen = false;
        var manifest = new ManifestContent(MediaTypes.OciManifest, ImageDigest.Of([1]), [1]);
        var alias = new ImageReference(_repository, ImageTag.Parse("stable"), null);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                async () => await _client.PutManifestAsync(alias, manifest, CancellationToken.None),
                Throws.InstanceOf<LeadershipLostException>()
            );
            Assert.That(
                async () => await _client.DeleteManifestAsync(_repository, manifest.Digest, CancellationToken.None),
                Throws.InstanceOf<LeadershipLostException>()
            );
            Assert.That(
                async () =>
                    await _client.MountBlobAsync(_repository, manifest.Digest, _repository, CancellationToken.None),
                Throws.InstanceOf<LeadershipLostException>()
            );
            Assert.That(_server.Requests, Is.Zero);
        }
    }

    [Test]
    public async Task What_only_reads_goes_on_and_what_is_written_in_time_arrives_whole()
    {
        var content = new byte[100_000];
        var blob = new Descriptor("", ImageDigest.Of(content), content.Length);
        var sent = await _client.UploadBlobAsync(
            _repository,
            blob,
            _ => Task.FromResult<Stream>(new MemoryStream(content)),
            CancellationToken.None
        );
        Assert.That((sent, Interlocked.Read(ref _received)), Is.EqualTo((true, content.Length)));
        _isOpen = false;
        Assert.That(await _client.BlobExistsAsync(_repository, blob.Digest, CancellationToken.None), Is.False);
    }

    private void EnsureOpen()
    {
        if (!_isOpen)
        {
            throw new LeadershipLostException("the lease is lost");
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        switch (request.Method)
        {
            case "HEAD":
                response.StatusCode = StatusCodes.Status404NotFound;
                break;
            case "POST":
                response.Headers.Location = "/v2/team/base/blobs/uploads/1";
                response.StatusCode = StatusCodes.Status202Accepted;
                break;
            default:
                var buffer = new byte[64 << 10];
                int read;
                while ((read = await request.Body.ReadAsync(buffer, context.RequestAborted)) > 0)
                {
                    // The lease goes as soon as the first large upload has begun to arrive.
                    _isOpen &= Interlocked.Add(ref _received, read) < 200_000;
                }

                response.StatusCode = StatusCodes.Status201Created;
                break;
        }
    }
}
