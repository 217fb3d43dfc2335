using System.Text.Json.Nodes;

namespace GemmaInference.Api.Requests;

/// <summary>Holds a request for a response.</summary>
/// <param name="Echo">What the response repeats of it.</param>
internal sealed record ResponseRequest(CompletionRequest Completion, JsonObject Echo);
