using System.Text.Json;

namespace GemmaInference.Text;

/// <summary>Holds what a model is told of a function.</summary>
/// <param name="Parameters">A JSON schema; null where nothing is said of its arguments.</param>
internal sealed record ChatTool(string Name, string? Description, JsonElement? Parameters);
