using System.Net;
using System.Net.Http.Headers;
using GemmaOperator.Registry.Client;
using LocalCluster.Images;
using Microsoft.AspNetCore.Http;
using StandIns;

namespace Operator.Tests.Trials.Months.World;

/// <summary>LocalCluster's registry without a network between: requests are answered where they are sent.</summary>
internal sealed class SimRegistry : IDisposable
{
    /// <summary>Is never connected to; stand-ins speak to loopback alone.</summary>
    public const string Host = "127.0.0.1:5000";

    public const string BaseRepository = "hub/pytorch/pytorch";
    public const string BaseTag = "2.10.0-cuda12.8-cudnn9-runtime";

    private readonly BlobStore _blobs = new();
    private readonly ManifestStore _manifests = new();
    private readonly RegistryHandler _handler;
    private readonly HttpClient _http;

    public SimRegistry()
    {
        _handler = new RegistryHandler(_blobs, _manifests, new ImageRegistryOptions());
        _http = ClientOf(life: null, faults: null);
    }

    /// <summary>Gets or sets whether nobody can reach it.</summary>
    public bool IsAway { get; set; }

    /// <summary>Gets what nodes and people reach it with: nothing fails for them but while it is away.</summary>
    public HttpClient Http => _http;

    public IReadOnlyDictionary<string, string> Tags(string repository) => _manifests.Tags(repository);

    /// <summary>Returns what one life of the operator reaches it with.</summary>
    public HttpClient ClientOf(SimLife? life, SimFaults? faults) =>
        new(Fenced(life, new Door(this, life, faults))) { Timeout = Timeout.InfiniteTimeSpan };

    public async Task FillAsync()
    {
        await MoveBaseAsync();
        var images = new StandInImages(new ImageSeeder(_http, Host));
        await images.ServerAsync("team/server", "1", CancellationToken.None);
        await images.ServerAsync("team/server", "2", CancellationToken.None);
    }

    /// <summary>Publishes another upstream base under the same tag.</summary>
    public Task MoveBaseAsync(int version = 0) =>
        new ImageSeeder(_http, Host).PushAsync(
            BaseRepository,
            BaseTag,
            null,
            [($"upstream base {version}", [new ImageFile("base.txt", BitConverter.GetBytes(version))])],
            _ => { },
            CancellationToken.None
        );

    private static HttpMessageHandler Fenced(SimLife? life, Door door) =>
        life is null ? door : new FencedWrites(() => life.Ensure(isWrite: true), door);

    public void Dispose()
    {
        _http.Dispose();
        _blobs.Dispose();
    }

    private sealed class Door(SimRegistry registry, SimLife? life, SimFaults? faults) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            if (life?.IsDead == true)
            {
                throw new HttpRequestException("this process has ended");
            }

            if (registry.IsAway)
            {
                throw new HttpRequestException(HttpRequestError.ConnectionError, "the registry is away");
            }

            var fault = faults?.OfRegistry($"{request.Method} {Stable(request.RequestUri!)}") ?? SimFault.None;
            switch (fault)
            {
                case SimFault.Broken:
                    return new HttpResponseMessage(HttpStatusCode.InternalServerError) { RequestMessage = request };
                case SimFault.Busy:
                    var busy = new HttpResponseMessage(HttpStatusCode.TooManyRequests) { RequestMessage = request };
                    busy.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(1));
                    return busy;
                case SimFault.Unreachable:
                    throw new HttpRequestException(HttpRequestError.ConnectionError, "injected: connection reset");
                case SimFault.Lost:
                    SimLoop.Still(() => AnswerAsync(request, cancellationToken)).Dispose();
                    throw new HttpRequestException(HttpRequestError.ResponseEnded, "injected: the answer is lost");
                default:
                    break;
            }

            var answer = SimLoop.Still(() => AnswerAsync(request, cancellationToken));
            if (fault is SimFault.Half or SimFault.Wrong && request.Method == HttpMethod.Get)
            {
                await SpoilAsync(answer, fault);
            }

            return answer;
        }

        /// <summary>Ids of uploads are others in every run.</summary>
        private static string Stable(Uri url) =>
            url.AbsolutePath.IndexOf("/uploads/", StringComparison.Ordinal) is > 0 and var end
                ? url.AbsolutePath[..end]
                : url.PathAndQuery;

        private static async Task SpoilAsync(HttpResponseMessage answer, SimFault fault)
        {
            var bytes = await answer.Content.ReadAsByteArrayAsync();
            var type = answer.Content.Headers.ContentType;
            var cut = bytes[..(bytes.Length / 2)];
            if (fault == SimFault.Wrong && bytes.Length > 0)
            {
                cut = [.. bytes[..^1], (byte)' '];
                answer.Headers.Remove("Docker-Content-Digest");
                answer.Headers.Add("Docker-Content-Digest", $"sha256:{new string('e', 64)}");
            }

            answer.Content = new ByteArrayContent(cut);
            answer.Content.Headers.ContentType = type;
        }

        private async Task<HttpResponseMessage> AnswerAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            var context = new DefaultHttpContext();
            var url = request.RequestUri!;
            context.Request.Method = request.Method.Method;
            context.Request.Path = new PathString(Uri.UnescapeDataString(url.AbsolutePath));
            context.Request.QueryString = new QueryString(url.Query);
            if (request.Content is { } content)
            {
                context.Request.Body = new MemoryStream(await content.ReadAsByteArrayAsync(cancellationToken));
                context.Request.ContentType = content.Headers.ContentType?.ToString();
            }

            using var body = new MemoryStream();
            context.Response.Body = body;
            await registry._handler.HandleAsync(context);
            await context.Response.Body.FlushAsync(cancellationToken);
            var answer = new HttpResponseMessage((HttpStatusCode)context.Response.StatusCode)
            {
                RequestMessage = request,
                Content = new ByteArrayContent(body.ToArray()),
            };
            foreach (var (name, values) in context.Response.Headers)
            {
                if (!answer.Headers.TryAddWithoutValidation(name, values.ToArray()))
                {
                    answer.Content.Headers.Remove(name);
                    answer.Content.Headers.TryAddWithoutValidation(name, values.ToArray());
                }
            }

            return answer;
        }
    }
}
