namespace Operator.Tests.Registry;

/// <summary>Answers requests as a test says, in their order, and keeps what was asked.</summary>
internal sealed class ScriptedHandler(Func<HttpRequestMessage, int, HttpResponseMessage?> answer) : HttpMessageHandler
{
    /// <summary>Requests so far: method, URL and authorization.</summary>
    public List<string> Requests { get; } = [];

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        Requests.Add($"{request.Method} {request.RequestUri} {request.Headers.Authorization}".TrimEnd());
        if (answer(request, Requests.Count) is { } response)
        {
            response.RequestMessage = request;
            return response;
        }

        // It never answers.
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        throw new InvalidOperationException("unreachable");
    }
}
