using GemmaOperator.Api.Engines;
using GemmaOperator.Api.Validation.Engines;
using GemmaOperator.Api.Words;

namespace GemmaOperator.BaseImages.Status;

/// <summary>Decides what people are told of pods that hold GPUs which their engine leaves idle.</summary>
internal static class GpusIdleRule
{
    /// <summary>Returns null when they hold none.</summary>
    public static Finding? Judge(ConditionFacts f) =>
        f.Seen.Image.Spec?.Rollout is { } rollout && EngineRules.LeavesGpusIdle(rollout)
            ? Finding.True(
                ImageReason.GpusIdle.EngineUsesOne,
                $"spec.rollout.server.gpu.count is {rollout.Server.Gpu.Count}, and the engine {ServerEngine.Builtin} "
                    + "uses one GPU. Set it to 1 and raise rollout.server.replicas, or set rollout.server.engine to "
                    + $"{ServerEngine.VLLM}."
            )
            : null;
}
