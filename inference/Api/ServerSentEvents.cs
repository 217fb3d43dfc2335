using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
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

    /// <summary>Writes an event that is called by its <c>type</c>, as those of responses are.</summary>
    public Task SendAsync(JsonObject value, CancellationToken cancellation)
    {
        byte[] name = [.. "event: "u8, .. Encoding.UTF8.GetBytes((string)value["type"]!), (byte)'\n'];
        return WriteAsync(Bytes(value), cancellation, name);
    }

    /// <summary>Writes an object as all answers are written: letters beyond ASCII as they are.</summary>
    public static byte[] Bytes(JsonObject value)
    {
        using var text = new MemoryStream();
        using (var writer = new Utf8JsonWriter(text, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            value.WriteTo(writer);
        }

        return text.ToArray();
    }

    public Task DoneAsync(CancellationToken cancellation) => WriteAsync("[DONE]"u8.ToArray(), cancellation);

    private async Task WriteAsync(byte[] data, CancellationToken cancellation, byte[]? name = null)
    {
        byte[] framed = [.. name ?? [], .. "data: "u8, .. data, .. "\n\n"u8];
        await _response.Body.WriteAsync(framed, cancellation);
        await _response.Body.FlushAsync(cancellation);
    }
}
