using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Operator.Tests.Flow.Outages;

/// <summary>
/// A registry's front that asks for a token before it tells what a tag is, with a token service that takes its first
/// request and never answers it.
/// </summary>
internal sealed class TokenGate : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _registry = new();
    private readonly CancellationTokenSource _ending = new();
    private int _tokens;

    private TokenGate(WebApplication app) => _app = app;

    public string Host { get; private set; } = "";

    /// <summary>How often the token service was asked.</summary>
    public int Tokens => Volatile.Read(ref _tokens);

    public static async Task<TokenGate> StartAsync(string registry)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var gate = new TokenGate(builder.Build());
        gate._registry.BaseAddress = new Uri($"http://{registry}");
        gate._app.Run(gate.AnswerAsync);
        await gate._app.StartAsync();
        var addresses = gate._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        gate.Host = new Uri(addresses.Addresses.Single()).Authority;
        return gate;
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _app.DisposeAsync();
        _registry.Dispose();
        _ending.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Path == "/token")
        {
            if (Interlocked.Increment(ref _tokens) == 1)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _ending.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return;
            }

            await context.Response.WriteAsync("""{"token":"t"}""");
            return;
        }

        if (HttpMethods.IsHead(context.Request.Method) && context.Request.Headers.Authorization.Count == 0)
        {
            context.Response.StatusCode = (int)HttpStatusCode.Unauthorized;
            context.Response.Headers.WWWAuthenticate = $"Bearer realm=\"http://{Host}/token\",service=\"r\"";
            return;
        }

        using var request = new HttpRequestMessage(
            new HttpMethod(context.Request.Method),
            context.Request.Path + context.Request.QueryString
        );
        request.Headers.TryAddWithoutValidation("Accept", context.Request.Headers.Accept.ToArray());
        using var answer = await _registry.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers))
        {
            if (name != "Transfer-Encoding")
            {
                context.Response.Headers[name] = values.ToArray();
            }
        }

        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await answer.Content.CopyToAsync(context.Response.Body);
        }
    }
}
