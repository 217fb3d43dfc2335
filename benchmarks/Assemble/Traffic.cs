namespace Benchmarks.Assemble;

/// <summary>Counts requests, and bytes of their bodies.</summary>
internal sealed class Traffic() : DelegatingHandler(new SocketsHttpHandler())
{
    private int requests;
    private long sent;

    public int Requests => requests;

    /// <summary>Bytes sent in bodies.</summary>
    public long Sent => sent;

    public void Reset() => (requests, sent) = (0, 0);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref requests);
        var response = await base.SendAsync(request, cancellationToken);
        Interlocked.Add(ref sent, request.Content?.Headers.ContentLength ?? 0);
        return response;
    }
}
