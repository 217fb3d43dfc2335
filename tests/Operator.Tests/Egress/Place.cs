using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Operator.Tests.Egress;

/// <summary>Listens at 127.0.0.1, answers as a test says, and keeps what it was asked.</summary>
internal sealed class Place : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Place(WebApplication app) => _app = app;

    /// <summary>Gets its host and port.</summary>
    public string Host => new Uri(_app.Urls.First()).Authority;

    /// <summary>Gets what was asked: method, path and query, authorization.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Gets the bodies of what was written here.</summary>
    public ConcurrentQueue<string> Bodies { get; } = new();

    public static async Task<Place> StartAsync(Func<HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var place = new Place(builder.Build());
        place._app.Run(async context =>
        {
            var (request, url) = (context.Request, context.Request.Path + context.Request.QueryString);
            place.Requests.Enqueue($"{request.Method} {url} {request.Headers.Authorization}".TrimEnd());
            if (request.Method is "PUT" or "PATCH" or "POST")
            {
                using var reader = new StreamReader(request.Body);
                place.Bodies.Enqueue(await reader.ReadToEndAsync(context.RequestAborted));
            }

            await answer(context);
        });
        await place._app.StartAsync();
        return place;
    }

    public static Task RedirectAsync(HttpContext context, string to)
    {
        context.Response.StatusCode = StatusCodes.Status307TemporaryRedirect;
        context.Response.Headers.Location = to;
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
