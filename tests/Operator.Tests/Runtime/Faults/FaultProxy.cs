using System.Collections.Concurrent;
using System.Net;
using k8s;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Operator.Tests.Runtime.Faults;

/// <summary>
/// Stands between a runtime and an API server and does to their conversation what networks, proxies and servers do.
/// Speaks plain HTTP to the runtime and whatever the server wants upstream, with credentials of its own.
/// </summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Kubernetes _upstream;
    private readonly ConcurrentDictionary<HttpContext, bool> _open = new();
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _ending = new();

    private FaultProxy(WebApplication app, Kubernetes upstream) => (_app, _upstream) = (app, upstream);

    /// <summary>Asked before a request goes upstream: what to do with it.</summary>
    public Func<HttpRequest, Fault> Plan { get; set; } = _ => Fault.None;

    /// <summary>Requests, by verb and resource as in <c>PATCH gadgets/status</c> or <c>WATCH configmaps</c>.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Writes that have reached the server, with the time at which they were sent there.</summary>
    public ConcurrentQueue<(string Request, DateTimeOffset At)> Writes { get; } = new();

    public string Endpoint => _app.Urls.First();

    public static async Task<FaultProxy> StartAsync(Func<KubernetesClientConfiguration> upstream)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var proxy = new FaultProxy(app, new Kubernetes(upstream()));
        app.Run(proxy.HandleAsync);
        await app.StartAsync(CancellationToken.None);
        return proxy;
    }

    public KubernetesClientConfiguration Configuration() => new() { Host = Endpoint };

    public static bool IsWatch(HttpRequest request) => request.Query["watch"] == "true";

    public static bool IsList(HttpRequest request) => request.Query.ContainsKey("limit") && !IsWatch(request);

    public static bool IsWrite(HttpRequest request) => !HttpMethods.IsGet(request.Method);

    /// <summary>Lets the process on this side die at one of its writes.</summary>
    public DeathAtWrite DieAtWrite(int number)
    {
        var death = new DeathAtWrite(number);
        Plan = death.Plan;
        return death;
    }

    /// <summary>Breaks every connection that is open now.</summary>
    public void CutAll()
    {
        // A context that has ended can't be aborted: none ends while the lock is held.
        lock (_gate)
        {
            foreach (var context in _open.Keys)
            {
                context.Abort();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        CutAll();
        await _app.DisposeAsync();
        _upstream.Dispose();
        _ending.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        _open[context] = true;
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _ending.Token);
        try
        {
            Requests.Enqueue(Name(context.Request));
            var fault = Plan(context.Request);
            if (fault.Delay is { } delay)
            {
                await Task.Delay(delay, TimeProvider.System, gone.Token);
            }

            if (fault.Refuse)
            {
                context.Abort();
            }
            else if (fault.Status is { } status)
            {
                await AnswerAsync(context, status, fault);
            }
            else if (fault.Body is { } body)
            {
                context.Response.ContentType = "application/json";
                await context.Response.WriteAsync(body, gone.Token);
            }
            else
            {
                await ForwardAsync(context, fault, gone.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or HttpRequestException or IOException)
        {
            context.Abort();
        }
        finally
        {
            lock (_gate)
            {
                _open.TryRemove(context, out _);
            }
        }
    }

    private static async Task AnswerAsync(HttpContext context, HttpStatusCode status, Fault fault)
    {
        context.Response.StatusCode = (int)status;
        context.Response.ContentType = "application/json";
        if (fault.RetryAfterSeconds is { } seconds)
        {
            context.Response.Headers.RetryAfter = $"{seconds}";
        }

        var reason = fault.Reason ?? status.ToString();
        await context.Response.WriteAsync(
            $$"""{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"{{reason}}","message":"injected","code":{{(int)status}}}""",
            CancellationToken.None
        );
    }

    private async Task ForwardAsync(HttpContext context, Fault fault, CancellationToken cancellationToken)
    {
        var request = context.Request;
        using var message = new HttpRequestMessage(
            new HttpMethod(request.Method),
            new Uri(_upstream.BaseUri, $"{request.Path}{request.QueryString}".TrimStart('/'))
        );
        message.Headers.TryAddWithoutValidation("Accept", request.Headers.Accept.ToString());
        if (request.Headers.TryGetValue("Impersonate-User", out var user))
        {
            message.Headers.TryAddWithoutValidation("Impersonate-User", user.ToString());
        }

        if (IsWrite(request))
        {
            message.Content = new StreamContent(request.Body);
            message.Content.Headers.TryAddWithoutValidation("Content-Type", request.ContentType);
        }

        if (_upstream.Credentials is { } credentials)
        {
            await credentials.ProcessHttpRequestAsync(message, cancellationToken);
        }

        if (IsWrite(request))
        {
            Writes.Enqueue((Name(request), TimeProvider.System.GetUtcNow()));
        }

        using var answer = await _upstream.HttpClient.SendAsync(
            message,
            HttpCompletionOption.ResponseHeadersRead,
            cancellationToken
        );
        context.Response.StatusCode = (int)answer.StatusCode;
        context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await context.Response.StartAsync(cancellationToken);
        await context.Response.Body.FlushAsync(cancellationToken);
        await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        await CopyAsync(body, context, fault, cancellationToken);
    }

    private static async Task CopyAsync(
        Stream body,
        HttpContext context,
        Fault fault,
        CancellationToken cancellationToken
    )
    {
        var left = fault.CutAfterBytes ?? long.MaxValue;
        var buffer = new byte[16 * 1024];
        var lines = new LineRepeater();
        int read;
        while ((read = await body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (fault.Swallow?.Invoke() == true)
            {
                // Half-open: the client's side of the connection stays up and hears nothing any more.
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            }

            if (fault.LagBehind is { } lag)
            {
                await Task.Delay(lag, TimeProvider.System, cancellationToken);
            }

            ReadOnlyMemory<byte> part = buffer.AsMemory(0, (int)Math.Min(read, left));
            if (fault.RepeatLines)
            {
                part = lines.Repeat(part);
            }

            await context.Response.Body.WriteAsync(part, cancellationToken);
            await context.Response.Body.FlushAsync(cancellationToken);
            left -= read;
            if (left <= 0)
            {
                // A reset throws away what the other side hasn't read yet: give it the time to.
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken);
                context.Abort();
                return;
            }
        }
    }

    private static string Name(HttpRequest request)
    {
        var parts = request.Path.Value!.Trim('/').Split('/');
        var rest = parts.SkipWhile(p => p is not "namespaces").ToArray();
        var tail = rest.Length > 2 ? rest[2..] : [parts[^1]];
        var resource = tail.Length > 2 ? $"{tail[0]}/{tail[2]}" : tail[0];
        return $"{(IsWatch(request) ? "WATCH" : request.Method)} {resource}";
    }
}
