using GemmaInference.Api.Requests;
using GemmaInference.Engine;

namespace GemmaInference.Api;

/// <summary>Gets the model for a request.</summary>
internal static class EngineReadiness
{
    /// <exception cref="ApiException">It is still loading.</exception>
    public static LoadedModel ReadyModel(this InferenceEngine engine) =>
        engine is { Model: { } model, IsStarted: true }
            ? model
            : throw new ApiException(503, "server_error", "loading", null, "the model is still loading");
}
