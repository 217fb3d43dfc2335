using GemmaInference.Api.Requests;
using GemmaInference.Engine;
using GemmaInference.Engine.Embedding;

namespace GemmaInference.Api;

/// <summary>Gets the model for a request, and says what the engine's refusals are in HTTP.</summary>
internal static class EngineReadiness
{
    /// <exception cref="ApiException">It is still loading.</exception>
    public static LoadedModel ReadyModel(this InferenceEngine engine) =>
        engine is { Model: { } model, IsStarted: true }
            ? model
            : throw new ApiException(503, "server_error", "loading", null, "the model is still loading");

    /// <exception cref="ApiException">The model generates text.</exception>
    public static Embedder ReadyEmbedder(this LoadedModel model) =>
        model.Embedder
        ?? throw ApiException.Invalid(
            "model",
            "this server's model generates text and makes no embeddings; ask /v1/chat/completions or /v1/completions",
            "model_only_generates"
        );

    /// <exception cref="ApiException">The model embeds text.</exception>
    public static LoadedModel Generating(this LoadedModel model) =>
        model.Embedder is null
            ? model
            : throw ApiException.Invalid(
                "model",
                "this server's model makes embeddings and generates no text; ask /v1/embeddings",
                "model_only_embeds"
            );

    /// <summary>Says why a request that the engine doesn't take isn't answered.</summary>
    public static ApiException Refusal(Submission submission) =>
        submission switch
        {
            Submission.QueueFull => ApiException.QueueFull("the queue is full"),
            Submission.Draining => new ApiException(
                503,
                "server_error",
                "draining",
                null,
                "the server is shutting down"
            ),
            _ => new ApiException(503, "server_error", "engine_failed", null, "the model failed; the server restarts"),
        };
}
