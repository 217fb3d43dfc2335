namespace Benchmarks.Assemble;

/// <summary>Counts requests, and bytes of their bodies.</summary>
internal sealed class Traffic() : DelegatingHandler(new SocketsHttpHandler())
{
    private int _requests;
    private long _sent;

    public int Requests => _requests;

    /// <summary>Gets the bytes sent in bodies.</summary>
    public long Sent => _sent;

    public void Reset() => (_requests, _sent) = (0, 0);

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        Interlocked.Increment(ref _requests);
        var response = await base.SendAsync(request, cancellationToken);
        Interlocked.Add(ref _sent, request.Content?.Headers.ContentLength ?? 0);
        return response;
    }
}
