using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace GemmaInference.Api;

/// <summary>Writes one JSON object per event, ended by <c>[DONE]</c>, as OpenAI's clients expect.</summary>
internal sealed class ServerSentEvents
{
    private readonly HttpResponse _response;

    public ServerSentEvents(HttpResponse response)
    {
        _response = response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache";
        // Asks nginx-like proxies not to gather events.
        response.Headers["X-Accel-Buffering"] = "no";
    }

    public Task SendAsync(object value, CancellationToken cancellation) =>
        WriteAsync(JsonSerializer.SerializeToUtf8Bytes(value, value.GetType(), ApiJson.Wire), cancellation);

    public Task DoneAsync(CancellationToken cancellation) => WriteAsync("[DONE]"u8.ToArray(), cancellation);

    private async Task WriteAsync(byte[] data, CancellationToken cancellation)
    {
        byte[] framed = [.. "data: "u8, .. data, .. "\n\n"u8];
        await _response.Body.WriteAsync(framed, cancellation);
        await _response.Body.FlushAsync(cancellation);
    }
}
