namespace Operator.Tests.Registry;

/// <summary>Answers requests as a test says, in their order, and keeps what was asked.</summary>
internal sealed class ScriptedHandler(Func<HttpRequestMessage, int, HttpResponseMessage?> answer) : HttpMessageHandler
{
    /// <summary>Requests so far: method, URL and authorization.</summary>
    public List<string> Requests { get; } = [];

    private readonly SemaphoreSlim _asked = new(0);

    private int _seen;

    /// <summary>Waits until so many requests have come; ten seconds at most.</summary>
    public async Task AskedAsync(int number)
    {
        for (; _seen < number; _seen++)
        {
            if (!await _asked.WaitAsync(TimeSpan.FromSeconds(10)))
            {
                throw new TimeoutException($"request {_seen + 1} never came");
            }
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        int number;
        lock (_asked)
        {
            Requests.Add($"{request.Method} {request.RequestUri} {request.Headers.Authorization}".TrimEnd());
            number = Requests.Count;
        }

        _asked.Release();
        if (answer(request, number) is { } response)
        {
            response.RequestMessage = request;
            return response;
        }

        // It never answers.
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        throw new InvalidOperationException("unreachable");
    }
}
