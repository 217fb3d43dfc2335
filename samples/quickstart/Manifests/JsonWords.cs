using System.Text.Json;
using System.Text.Json.Nodes;

namespace Quickstart.Manifests;

/// <summary>Says what a JSON value is, in words for people.</summary>
internal static class JsonWords
{
    public static string Of(JsonNode? node) =>
        node?.GetValueKind() switch
        {
            null or JsonValueKind.Null => "null",
            JsonValueKind.Array => "a list",
            JsonValueKind.Object => "an object",
            JsonValueKind.String => "text",
            JsonValueKind.Number => "a number",
            _ => "true or false",
        };
}
