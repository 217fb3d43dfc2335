using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using GemmaOperator.Text;

namespace GemmaOperator.Registry.Answers;

/// <summary>Reads JSON from a registry: whatever it sends, the answer is an object or a clear error.</summary>
internal static class RegistryJson
{
    /// <summary>Refuses what would be found out only later: of two equal names neither is the right one.</summary>
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Bounds names and values: an image with a thousand layers has some ten thousand.</summary>
    public const int MostTokens = 32_000;

    /// <summary>Bounds the same of a list of tags: some registries send all at once.</summary>
    public const int MostTokensOfTags = 100_000;

    /// <summary>Documents from here on, in bytes, are read one at a time in the process.</summary>
    private const int Large = 256 << 10;

    private static readonly Lock OneLarge = new();

    /// <summary>Bounds sizes: so that a thousand of them can be added up.</summary>
    private const long LargestSize = 1L << 50;

    /// <summary>Returns the object; all text in it can be read.</summary>
    /// <exception cref="RegistryException">It is none, or more than anybody means.</exception>
    public static JsonObject Object(ReadOnlySpan<byte> body, string what, int mostTokens = MostTokens)
    {
        if (body.Length < Large)
        {
            return Read(body, what, mostTokens);
        }

        lock (OneLarge)
        {
            return Read(body, what, mostTokens);
        }
    }

    private static JsonObject Read(ReadOnlySpan<byte> body, string what, int mostTokens)
    {
        try
        {
            Check(body, what, mostTokens);
            return JsonNode.Parse(body, documentOptions: Strict) as JsonObject
                ?? throw new RegistryException(RegistryError.Invalid, $"{what}: the answer is no JSON object");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
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

    /// <summary>Returns a size in bytes; 0 where none is said.</summary>
    /// <exception cref="RegistryException">It is negative, absurd or no number.</exception>
    public static long Size(JsonNode? node, string what) =>
        node switch
        {
            null => 0,
            JsonValue value when value.TryGetValue<long>(out var size) && size is >= 0 and <= LargestSize => size,
            _ => throw new RegistryException(
                RegistryError.Invalid,
                $"{what}: {Quoted.Of(node.ToJsonString())} is no size in bytes"
            ),
        };

    /// <summary>Reads everything once: what can't be read is found here, and not where it is used.</summary>
    private static void Check(ReadOnlySpan<byte> body, string what, int mostTokens)
    {
        if (!Utf8.IsValid(body))
        {
            throw new JsonException("it isn't UTF-8");
        }

        var reader = new Utf8JsonReader(body);
        for (var tokens = 0; reader.Read(); tokens++)
        {
            if (tokens == mostTokens)
            {
                throw new RegistryException(
                    RegistryError.Invalid,
                    $"{what}: the answer has more than {mostTokens} names and values"
                );
            }

            if (reader.ValueIsEscaped)
            {
                // Half of a surrogate pair throws.
                reader.GetString();
            }
        }
    }
}
