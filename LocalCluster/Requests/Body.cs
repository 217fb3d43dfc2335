using System.Text.Json;
using System.Text.Json.Nodes;
using LocalCluster.Errors;
using LocalCluster.Json;

namespace LocalCluster.Requests;

/// <summary>Parses request bodies.</summary>
internal static class Body
{
    public static JsonNode? Parse(string text, string kind)
    {
        try
        {
            return YamlReader.Parse(text);
        }
        catch (JsonException)
        {
            throw ApiException.BadRequest(
                $"the object provided is unrecognized (must be of type {kind}): couldn't get version/kind; "
                    + $"json parse error: invalid character '{(text.Length > 1 ? text[1] : ' ')}' looking for "
                    + $"beginning of object key string ({text})"
            );
        }
    }
}
