using System.Text.Json;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Engines;
using GemmaOperator.Api.Words;

namespace GemmaOperator.BaseImages.Engines;

/// <summary>Decides what a new image is asked first, by its engine.</summary>
/// <param name="Path">Where it goes.</param>
/// <param name="Body">What is posted; null for a GET.</param>
/// <param name="Status">Status of the right answer.</param>
/// <param name="IsCompletion">Whether the answer must be a completion.</param>
/// <param name="IsProbe">
/// Whether it is what the kubelet asks a server of the base's own: at the probes' port, and answered as a probe is.
/// </param>
internal sealed record SmokeRequest(
    string Path,
    object? Body,
    int Status = SmokeRequest.Ok,
    bool IsCompletion = false,
    bool IsProbe = false
)
{
    public const int Ok = 200;

    /// <summary>Says how many tokens are asked for: enough to see that a model makes any.</summary>
    private const int Tokens = 8;

    /// <summary>Gets whether it is one that servers with keys want a key for.</summary>
    public bool ShowsKey => Body is not null;

    /// <param name="rollout">What is asked for.</param>
    /// <param name="engine">What answers in the pods that are asked, which the spec may ask for no more.</param>
    /// <param name="model">Name of the model in those pods.</param>
    /// <param name="readiness">What their kubelet asks for the readiness.</param>
    public static SmokeRequest For(RolloutSpec rollout, ServerEngine engine, string model, string readiness)
    {
        var test = rollout.SmokeTest;
        if (engine == ServerEngine.Custom)
        {
            return rollout.Server.Custom?.SmokeTest is { } own
                ? new SmokeRequest(own.Path, Json(own.Body), own.Status)
                : new SmokeRequest(readiness, null, IsProbe: true);
        }

        return test.Path != SmokeTestPath.Completions
            ? new SmokeRequest(engine == ServerEngine.Builtin ? test.Path.Text : readiness, null)
            : new SmokeRequest(
                test.Path.Text,
                new Dictionary<string, object>(StringComparer.Ordinal)
                {
                    ["model"] = model,
                    ["prompt"] = test.Prompt,
                    ["max_tokens"] = Tokens,
                    ["temperature"] = 0,
                },
                IsCompletion: true
            );
    }

    private static object? Json(string body)
    {
        if (body.Length == 0)
        {
            return null;
        }

        using var json = JsonDocument.Parse(body);
        return json.RootElement.Clone();
    }
}
