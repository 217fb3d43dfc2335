using System.Text.Json;

namespace GemmaInference.Grammar.Json;

/// <summary>Holds a function that may be called.</summary>
/// <param name="Parameters">The schema of its arguments; null for an object of anything.</param>
/// <param name="IsStrict">Whether the schema has to be kept to the letter.</param>
/// <param name="Path">The schema's place in the request.</param>
internal sealed record ToolSchema(string Name, JsonElement? Parameters, bool IsStrict, string Path);
