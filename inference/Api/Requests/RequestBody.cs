using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace GemmaInference.Api.Requests;

/// <summary>Reads the bytes of a JSON body.</summary>
internal static class RequestBody
{
    /// <summary>
    /// Reads what is too much to its end and throws it away, up to Kestrel's own limit: a client that still sends
    /// would see a broken pipe instead of the error.
    /// </summary>
    /// <exception cref="ApiException">
    /// It isn't plain JSON by its headers, too large, broken on the way, or too many come at once.
    /// </exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(
        HttpRequest request,
        LargeBodies.Place place,
        CancellationToken cancellation
    )
    {
        Check(request);
        using var body = new MemoryStream();
        var buffer = new byte[16 << 10];
        var (total, refused) = (0L, false);
        try
        {
            for (int read; (read = await request.Body.ReadAsync(buffer, cancellation)) > 0; )
            {
                total += read;
                if (refused || total > RequestLimits.MaxBodyBytes)
                {
                    continue;
                }

                refused = !place.TryHold(read);
                if (!refused)
                {
                    body.Write(buffer, 0, read);
                }
            }
        }
        catch (IOException error) when (error is not BadHttpRequestException && !cancellation.IsCancellationRequested)
        {
            throw ApiException.Invalid(null, $"the body could not be read: {error.Message}", "bad_request");
        }

        if (total > RequestLimits.MaxBodyBytes)
        {
            throw ApiException.BodyTooLarge();
        }

        return refused ? throw ApiException.QueueFull("too many large bodies come at once") : body.ToArray();
    }

    /// <summary>
    /// Checks the headers. A browser sends JSON of another site only after asking, and other content without; so what
    /// isn't called JSON is refused, as vLLM does.
    /// </summary>
    private static void Check(HttpRequest request)
    {
        if (!request.HasJsonContentType())
        {
            throw Unsupported(HeaderNames.ContentType, "application/json", request.ContentType);
        }

        if (request.Headers.ContentEncoding is { Count: > 0 } encoding && encoding != "identity")
        {
            throw Unsupported(HeaderNames.ContentEncoding, "none", encoding);
        }
    }

    private static ApiException Unsupported(string header, string expected, string? found) =>
        new(
            415,
            "invalid_request_error",
            "unsupported_media_type",
            null,
            $"{header}: expected {expected}, found '{ApiException.Short(found ?? "")}'"
        );
}
