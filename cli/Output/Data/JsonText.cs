using System.Globalization;
using System.Text;
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
    public static string Write(JsonNode data)
    {
        var text = new StringBuilder();
        foreach (var rune in data.ToJsonString(Indented).EnumerateRunes())
        {
            // Between the tokens there are spaces and line ends alone, so that it is always inside a text.
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format)
            {
                foreach (var unit in rune.ToString())
                {
                    text.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:X4}");
                }
            }
            else
            {
                text.Append(rune);
            }
        }

        return text.ToString();
    }

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
