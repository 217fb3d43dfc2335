using System.Text.Json;

namespace GemmaInference.Text;

/// <summary>Holds a call of a function.</summary>
/// <param name="Arguments">A JSON object.</param>
internal sealed record ChatCall(string Name, JsonElement Arguments);
