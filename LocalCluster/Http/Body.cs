using System.Text.Json;
using System.Text.Json.Nodes;
using LocalCluster.Errors;

namespace LocalCluster.Http;

/// <summary>Request bodies.</summary>
internal static class Body
{
    public static JsonNode? Parse(string text, string kind)
    {
        try
        {
            return YamlBody.Parse(text);
        }
        catch (JsonException)
        {
            throw ApiException.BadRequest(
                $"the object provided is unrecognized (must be of type {kind}): couldn't get version/kind; json parse error: invalid character '{(text.Length > 1 ? text[1] : ' ')}' looking for beginning of object key string ({text})"
            );
        }
    }
}
