namespace GemmaInference.Api.Requests;

/// <summary>Holds what is to be embedded.</summary>
/// <param name="Model">Null for whichever is served.</param>
/// <param name="Inputs">One at least.</param>
/// <param name="IsBase64">Whether embeddings are wanted as base64 of little-endian float32.</param>
/// <param name="Dimensions">What embeddings are cut to; null for all their numbers.</param>
/// <param name="PromptName">What texts are for, as the model calls it; null for its default.</param>
/// <param name="Ignored">Fields that nobody knows.</param>
internal sealed record EmbeddingRequest(
    string? Model,
    IReadOnlyList<PromptInput> Inputs,
    bool IsBase64,
    int? Dimensions,
    string? PromptName,
    IReadOnlyList<string> Ignored
);
