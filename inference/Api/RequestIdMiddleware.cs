using GemmaInference.Api.Access;
using Microsoft.AspNetCore.Http;

namespace GemmaInference.Api;

/// <summary>Calls each request by the client's own id, or by one made here, in the answer and in the log.</summary>
internal sealed class RequestIdMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var id = RequestIds.Take(context.Request.Headers[RequestIds.Header] is [var given] ? given : null);
        context.TraceIdentifier = id;
        // At the last moment, since an error's answer begins with clearing the headers.
        context.Response.OnStarting(() =>
        {
            context.Response.Headers[RequestIds.Header] = id;
            return Task.CompletedTask;
        });
        return next(context);
    }
}
