using System.IO.Pipelines;
using System.Net;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.Manifests;
using GemmaOperator.Registry.References;
using Microsoft.Extensions.Time.Testing;

namespace Operator.Tests.Registry;

/// <summary>Copies go on beside those who wait, once for each blob, and stop when nobody wants them.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class BlobCopiesTests : IDisposable
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 200_000).Select(i => (byte)i)];
    private static readonly Descriptor Blob = new(MediaTypes.OciIndex, ImageDigest.Of(Content), Content.Length);
    private static readonly ImageRepository Source = ImageRepository.Parse("registry.example/team/base");
    private static readonly ImageRepository Target = ImageRepository.Parse("registry.example/team/service");

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(A.Morning));
    private readonly SlowRegistry _registry = new();
    private readonly HttpClient _http;
    private readonly BlobCopies _copies;

    public BlobCopiesTests() => (_http, _copies) = (new HttpClient(_registry), new BlobCopies(_time));

    public void Dispose()
    {
        _copies.Dispose();
        _http.Dispose();
        _registry.Dispose();
    }

    [Test]
    public async Task A_copy_that_takes_longer_is_under_way_once_and_found_done_later()
    {
        Assert.That(await CopyAsync(TimeSpan.Zero), Is.EqualTo(new[] { Blob }), "it isn't done");
        Assert.That(await CopyAsync(TimeSpan.Zero), Is.EqualTo(new[] { Blob }), "nor a moment later");
        await _registry.SendAsync(Content);
        Assert.That(await CopyAsync(Timeout.InfiniteTimeSpan), Is.Empty);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_registry.Received, Is.EqualTo(Content));
            Assert.That(_registry.Opened, Is.EqualTo(1), "the source was read once");
        }
    }

    [Test]
    public async Task A_copy_that_breaks_is_told_and_begun_anew_when_it_is_asked_for_again()
    {
        var asked = CopyAsync(Timeout.InfiniteTimeSpan);
        await _registry.SendAsync(Content[..1000]);
        var broken = (await Assert.ThrowsAsync<RegistryException>(() => asked))!;
        Assert.That(broken.IsTransient, broken.Message);
        var again = CopyAsync(Timeout.InfiniteTimeSpan);
        await _registry.SendAsync(Content);
        Assert.That(await again, Is.Empty);
        Assert.That((_registry.Opened, _registry.Received.Length), Is.EqualTo((2, Content.Length)));
    }

    [Test]
    public async Task A_copy_that_nobody_asks_for_any_more_is_stopped()
    {
        await CopyAsync(TimeSpan.Zero);
        await _registry.Reading;
        _time.Advance(TimeSpan.FromMinutes(3));
        await _copies.CopyAsync(Client(), "team", Target, [], TimeSpan.Zero, CancellationToken.None);
        await _registry.Stopped.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Test]
    public async Task Copies_of_one_namespace_that_never_end_hold_up_no_other_namespace()
    {
        using var silent = new ScriptedHandler((_, _) => null);
        using var silentHttp = new HttpClient(silent) { Timeout = Timeout.InfiniteTimeSpan };
        var client = new RegistryClient(silentHttp, RegistryAccess.Anonymous, _time);
        var blobs = Enumerable.Range(0, 20).Select(i => (Source, new Descriptor("", ImageDigest.Of([(byte)i]), 1)));
        await _copies.CopyAsync(client, "greedy", Target, [.. blobs], TimeSpan.Zero, CancellationToken.None);
        await silent.AskedAsync(3);
        var others = CopyAsync(Timeout.InfiniteTimeSpan);
        await _registry.SendAsync(Content);
        Assert.That(await others.WaitAsync(TimeSpan.FromSeconds(30)), Is.Empty);
        Assert.That(silent.Requests, Has.Count.EqualTo(3), "its share");
    }

    [Test]
    public async Task With_nothing_to_copy_nothing_is_asked()
    {
        Assert.That(
            await _copies.CopyAsync(Client(), "team", Target, [], Timeout.InfiniteTimeSpan, CancellationToken.None),
            Is.Empty
        );
        Assert.That(_registry.Opened, Is.Zero);
    }

    private Task<IReadOnlyList<Descriptor>> CopyAsync(TimeSpan patience) =>
        _copies.CopyAsync(Client(), "team", Target, [(Source, Blob)], patience, CancellationToken.None);

    private RegistryClient Client() => new(_http, RegistryAccess.Anonymous, _time);

    /// <summary>Gives a blob's bytes when the test does, and takes uploads.</summary>
    private sealed class SlowRegistry : HttpMessageHandler
    {
        private readonly TaskCompletionSource _reading = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private TaskCompletionSource<Pipe> _pipe = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Opened { get; private set; }

        public byte[] Received { get; private set; } = [];

        public Task Reading => _reading.Task;

        public Task Stopped => _stopped.Task;

        /// <summary>Waits until the blob is asked for, and answers with these bytes and an end.</summary>
        public async Task SendAsync(byte[] bytes)
        {
            var pipe = await _pipe.Task.WaitAsync(TimeSpan.FromSeconds(10));
            _pipe = new(TaskCreationOptions.RunContinuationsAsynchronously);
            await pipe.Writer.WriteAsync(bytes);
            await pipe.Writer.CompleteAsync();
        }

        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            switch (request.Method.Method)
            {
                case "HEAD":
                    return new HttpResponseMessage(HttpStatusCode.NotFound);
                case "POST":
                    return new HttpResponseMessage(HttpStatusCode.Accepted)
                    {
                        Headers = { Location = new Uri("/v2/team/service/blobs/uploads/1", UriKind.Relative) },
                    };
                case "GET":
                    Opened++;
                    var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
                    _pipe.SetResult(pipe);
                    return new HttpResponseMessage { Content = new StreamContent(pipe.Reader.AsStream()) };
                default:
                    _reading.TrySetResult();
                    try
                    {
                        using var body = new MemoryStream();
                        await request.Content!.CopyToAsync(body, cancellationToken);
                        Received = body.ToArray();
                        return new HttpResponseMessage(HttpStatusCode.Created);
                    }
                    catch (Exception)
                    {
                        _stopped.TrySetResult();
                        throw;
                    }
            }
        }
    }
}
