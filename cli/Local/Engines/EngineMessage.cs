using System.Text.Json;
using Docker.DotNet.Models;

namespace KubectlGemma.Local.Engines;

/// <summary>Reads what an engine's messages carry beside their text.</summary>
internal static class EngineMessage
{
    /// <summary>Returns a text of a message's <c>aux</c>; null where it has none.</summary>
    public static string? Aux(JSONMessage message, string name) =>
        message.Aux?.ExtensionData is { } data && data.TryGetValue(name, out var value)
            ? value switch
            {
                string text => text,
                JsonElement { ValueKind: JsonValueKind.String } json => json.GetString(),
                _ => null,
            }
            : null;
}
