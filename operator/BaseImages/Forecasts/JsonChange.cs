using System.Text.Json.Nodes;
using GemmaOperator.Text;

namespace GemmaOperator.BaseImages.Forecasts;

/// <summary>Holds a field that changes.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Old">What it was; null when it wasn't there.</param>
/// <param name="New">What it becomes; null when it goes.</param>
internal sealed record JsonChange(string Path, JsonNode? Old, JsonNode? New)
{
    private const int Most = 120;

    /// <summary>Gets what it was, in short, without what looks like a credential.</summary>
    public string OldText => Text(Masked.Value(Path, Old));

    /// <summary>Gets what it becomes, in short, without what looks like a credential.</summary>
    public string NewText => Text(Masked.Value(Path, New));

    private static string Text(JsonNode? value)
    {
        var text = MaskedLog.Clean(
            value switch
            {
                null => "nothing",
                JsonValue single when single.TryGetValue<string>(out var given) => given.Length == 0 ? "\"\"" : given,
                _ => value.ToJsonString(),
            }
        );
        return Truncation.Shorten(text.ReplaceLineEndings(" "), Most);
    }
}
