using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LocalCluster.Json;
using LocalCluster.Protobuf;
using LocalCluster.Reads;
using LocalCluster.Requests;
using LocalCluster.Writes;
using Microsoft.AspNetCore.Http;

namespace LocalCluster.Http;

/// <summary>Reads bodies as they come in and writes them as they go out.</summary>
internal static class Wire
{
    private const string Json = "application/json";

    public static string MediaType(HttpContext context) => (context.Request.ContentType ?? "").Split(';')[0].Trim();

    public static async Task<JsonObject?> OptionsAsync(HttpContext context) =>
        await BodyAsync(context) is { Length: > 0 } text ? Body.Parse(text, "DeleteOptions") as JsonObject : null;

    /// <summary>Returns a body as JSON or YAML; one in protocol buffers is translated.</summary>
    public static async Task<string> BodyAsync(HttpContext context)
    {
        if (MediaType(context) != RepresentationExtensions.Protobuf)
        {
            using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
            return await reader.ReadToEndAsync(context.RequestAborted);
        }

        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        return body.Length == 0 ? "" : ProtobufDecoder.Decode(body.ToArray()).ToJsonString(JsonText.Options);
    }

    public static JsonObject Incoming(ApiRequest request, JsonObject body) =>
        EventForm.IsFor(request.Resource) ? EventForm.ToCore(body) : body;

    public static string Incoming(ApiRequest request, string patch) =>
        EventForm.IsFor(request.Resource) && Body.Parse(patch, "Event") is JsonObject body
            ? EventForm.ToCore(body).ToJsonString()
            : patch;

    public static Task AnswerAsync(HttpContext context, ApiRequest request, WriteResult result)
    {
        foreach (var warning in result.Warnings)
        {
            context.Response.Headers.Append("Warning", warning);
        }

        return AnswerAsync(
            context,
            result.Code,
            EventForm.IsFor(request.Resource) ? EventForm.ToEvents(result.Object) : result.Object
        );
    }

    public static Task AnswerAsync(HttpContext context, int code, JsonObject json) =>
        AnswerAsync(context, code, Bytes(json));

    public static async Task AnswerAsync(HttpContext context, int code, byte[] bytes, string type = Json)
    {
        if (
            type == Json
            && RepresentationExtensions.PrefersProtobuf(context.Request.Headers.Accept.ToString())
            && ProtobufEncoder.Encode((JsonObject)JsonNode.Parse(bytes)!) is { } encoded
        )
        {
            (bytes, type) = (encoded, RepresentationExtensions.Protobuf);
        }

        context.Response.StatusCode = code;
        context.Response.ContentType = type;
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    /// <summary>Sends JSON that lies in pieces, without putting it together.</summary>
    public static async Task AnswerAsync(HttpContext context, int code, IReadOnlyList<ReadOnlyMemory<byte>> pieces)
    {
        const int AtOnce = 64 * 1024;
        if (RepresentationExtensions.PrefersProtobuf(context.Request.Headers.Accept.ToString()))
        {
            await AnswerAsync(context, code, [.. pieces.SelectMany(p => p.ToArray())]);
            return;
        }

        context.Response.StatusCode = code;
        context.Response.ContentType = Json;
        context.Response.ContentLength = pieces.Sum(p => (long)p.Length);
        var body = context.Response.BodyWriter;
        foreach (var piece in pieces)
        {
            body.Write(piece.Span);
            if (body.UnflushedBytes >= AtOnce)
            {
                await body.FlushAsync(context.RequestAborted);
            }
        }

        await body.FlushAsync(context.RequestAborted);
    }

    public static byte[] Bytes(JsonObject json) => JsonSerializer.SerializeToUtf8Bytes(json, JsonText.Options);
}
