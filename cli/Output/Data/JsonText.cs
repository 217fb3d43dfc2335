using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace KubectlGemma.Output.Data;

/// <summary>
/// Writes JSON for files and terminals: control and format characters as escapes, letters as they are.
/// </summary>
internal static class JsonText
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes data; what the encoder lets through though it can't be seen becomes an escape.</summary>
    /// <remarks>Between the tokens there are spaces and line ends alone, so that it is always inside a text.</remarks>
    public static string Write(JsonNode data) =>
        FormatCharacters.Escape(
            data.ToJsonString(Indented),
            rune => string.Concat(rune.ToString().Select(unit => $"\\u{(int)unit:X4}"))
        );

    /// <summary>Copies an object without the fields that kubectl hides.</summary>
    public static JsonNode Shown(JsonElement of)
    {
        var node = JsonNode.Parse(of.GetRawText())!;
        (node["metadata"] as JsonObject)?.Remove("managedFields");
        return node;
    }

    /// <summary>Makes a list of objects, as kubectl does.</summary>
    public static JsonObject List(IEnumerable<JsonElement> items) =>
        new()
        {
            ["apiVersion"] = "v1",
            ["items"] = new JsonArray([.. items.Select(Shown)]),
            ["kind"] = "List",
            ["metadata"] = new JsonObject { ["resourceVersion"] = "" },
        };
}
