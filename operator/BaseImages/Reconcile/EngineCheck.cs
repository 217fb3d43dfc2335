using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Engines;
using GemmaOperator.Api.Validation.Engines;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Text;

namespace GemmaOperator.BaseImages.Reconcile;

/// <summary>
/// Decides whether a base surely lacks the engine that is to serve from it. Where a Dockerfile, an image of one's own
/// or a package's dependency may bring it, the candidate proves it.
/// </summary>
internal static class EngineCheck
{
    /// <summary>Returns what it lacks; null when nothing does, or nobody can tell before it is built.</summary>
    public static FieldError? Of(GemmaBaseImageSpec spec, ParsedSpec content)
    {
        var server = spec.Rollout.Server;
        if (
            spec.Rollout.Mode != RolloutMode.Managed
            || server.Engine != ServerEngine.VLLM
            || content.Dockerfile is not null
            || spec.Base.Image.Length > 0
        )
        {
            return null;
        }

        return !MayBring(content)
                ? new FieldError(
                    "spec.requirements",
                    $"nothing in it brings {EngineModules.Vllm}, which rollout.server.engine VLLM starts",
                    $"add {EngineModules.Vllm}, name a base.image that has it, or set rollout.server.engine to Builtin",
                    FieldError.InvalidSpec
                )
            : server.Model is { ExistingClaim: "", Image: null, Hub: null }
                ? new FieldError(
                    "spec.rollout.server.model",
                    "it names no weights, and the base has none",
                    "name one of model.existingClaim, model.image and model.hub",
                    FieldError.InvalidSpec
                )
            : null;
    }

    /// <summary>A list with hashes is whole; any other may bring it by what its packages need.</summary>
    private static bool MayBring(ParsedSpec content) =>
        content.Requirements.Requirements.Any(r => r.NormalizedName == EngineModules.Vllm)
        || (!content.Requirements.IsEmpty && !content.RequireHashes);
}
