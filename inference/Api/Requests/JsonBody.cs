using System.Text.Json;

namespace GemmaInference.Api.Requests;

/// <summary>Reads a body's JSON object.</summary>
internal static class JsonBody
{
    /// <exception cref="ApiException">It isn't JSON, or <paramref name="read"/> can't use it.</exception>
    public static T Read<T>(ReadOnlyMemory<byte> body, Func<RequestFields, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return read(new RequestFields(document.RootElement, ""));
        }
        catch (JsonException cause)
        {
            throw ApiException.Invalid(null, $"the body is not valid JSON: {cause.Message}", "invalid_json");
        }
        catch (InvalidOperationException)
        {
            // What System.Text.Json says of a string whose bytes are not UTF-8, or that escapes half of a character.
            throw ApiException.Invalid(
                null,
                "the body holds a string that is not valid Unicode: broken UTF-8 or a lone surrogate",
                "invalid_utf8"
            );
        }
    }
}
