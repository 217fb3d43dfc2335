namespace Operator.Tests.Registry;

/// <summary>Counts requests, and the bytes of bodies both ways.</summary>
internal sealed class CountingHandler() : DelegatingHandler(new SocketsHttpHandler())
{
    private readonly List<string> _requests = [];

    public IReadOnlyList<string> Requests => _requests;

    public long BytesSent { get; private set; }

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        _requests.Add($"{request.Method} {request.RequestUri!.PathAndQuery}");
        BytesSent += request.Content?.Headers.ContentLength ?? 0;
        return await base.SendAsync(request, cancellationToken);
    }
}
