using System.Text.Json;
using System.Text.Json.Nodes;

namespace GemmaOperator.Registry.Answers;

/// <summary>Reads JSON from a registry: whatever it sends, the answer is an object or a clear error.</summary>
internal static class RegistryJson
{
    /// <summary>Refuses what would be found out only later: of two equal names neither is the right one.</summary>
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    public static JsonObject Object(ReadOnlySpan<byte> body, string what)
    {
        try
        {
            return JsonNode.Parse(body, documentOptions: Strict) as JsonObject
                ?? throw new RegistryException(RegistryError.Invalid, $"{what}: the answer is no JSON object");
        }
        catch (JsonException e)
        {
            throw new RegistryException(
                RegistryError.Invalid,
                $"{what}: the answer isn't JSON; is this really a registry?",
                e
            );
        }
    }

    public static string? Text(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static long Number(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<long>(out var number) ? number : 0;
}
