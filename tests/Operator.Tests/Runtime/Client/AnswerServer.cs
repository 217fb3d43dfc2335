using GemmaOperator.Runtime.Client;
using GemmaOperator.Runtime.Contracts;
using k8s;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Operator.Tests.Runtime.Client;

/// <summary>Plain HTTP on loopback, answered by the test; by default with one ConfigMap, whatever is asked.</summary>
internal sealed class AnswerServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly List<KubeConnection> _connections = [];
    private int _requests;

    private AnswerServer(WebApplication app) => _app = app;

    public int Requests => Volatile.Read(ref _requests);

    public Func<HttpContext, Task> Answer { get; set; } = ConfigMapAsync;

    public static async Task<AnswerServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var server = new AnswerServer(app);
        app.Run(context =>
        {
            Interlocked.Increment(ref server._requests);
            return server.Answer(context);
        });
        await app.StartAsync();
        return server;
    }

    public static Task ConfigMapAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(
            """{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a","namespace":"n","resourceVersion":"1"}}"""
        );
    }

    public static Task RefuseAsync(HttpContext context, int code, string retryAfter)
    {
        context.Response.StatusCode = code;
        context.Response.Headers.RetryAfter = retryAfter;
        return Task.CompletedTask;
    }

    public KubernetesClientConfiguration Configuration() => new() { Host = _app.Urls.First() };

    public IKubeApi Api(
        KubeTransportOptions options,
        TimeProvider time,
        IWriteFence? fence = null,
        Func<KubernetesClientConfiguration>? configuration = null
    )
    {
        var connection = new KubeConnection(configuration ?? Configuration, time);
        _connections.Add(connection);
        var transport = new KubeTransport(
            connection,
            options,
            observer: null,
            time,
            NullLogger<KubeTransport>.Instance
        );
        return new KubeApi(transport, options, fence, log: null, time);
    }

    public async ValueTask DisposeAsync()
    {
        _connections.ForEach(c => c.Dispose());
        await _app.DisposeAsync();
    }
}
