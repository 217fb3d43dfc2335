using System.Globalization;
using System.Text.Json;

namespace KubectlGemma.Facts;

/// <summary>
/// Reads single fields of an object as the server wrote it; what isn't there, or is of another type, is null.
/// </summary>
internal static class JsonRead
{
    extension(JsonElement json)
    {
        /// <summary>Goes down a path of fields; an undefined value where it ends before.</summary>
        public JsonElement At(params ReadOnlySpan<string> path)
        {
            foreach (var name in path)
            {
                if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out json))
                {
                    return default;
                }
            }

            return json;
        }

        public string? TextAt(params ReadOnlySpan<string> path) =>
            json.At(path) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

        public bool IsTrueAt(params ReadOnlySpan<string> path) => json.At(path).ValueKind == JsonValueKind.True;

        public DateTime? TimeAt(params ReadOnlySpan<string> path) =>
            DateTime.TryParse(
                json.TextAt(path),
                CultureInfo.InvariantCulture,
                DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal,
                out var time
            )
                ? time
                : null;

        public IEnumerable<JsonElement> ItemsAt(params ReadOnlySpan<string> path) =>
            json.At(path) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];
    }
}
