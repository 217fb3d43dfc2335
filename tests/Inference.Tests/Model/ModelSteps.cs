using GemmaInference.Model;
using GemmaInference.Torch;

namespace Inference.Tests.Model;

/// <summary>Plan and run in one, for tests of the model alone.</summary>
internal static class ModelSteps
{
    public static Tensor Prefill(
        this GemmaModel model,
        KvCache cache,
        int slot,
        int start,
        ReadOnlySpan<int> tokens,
        bool everyRow = false
    )
    {
        using var scope = TensorScope.Open();
        return scope.Keep(model.Run(cache, model.PlanPrefill(cache, slot, start, tokens), everyRow));
    }

    public static Tensor Decode(
        this GemmaModel model,
        KvCache cache,
        ReadOnlySpan<int> slots,
        ReadOnlySpan<int> positions,
        ReadOnlySpan<int> tokens
    )
    {
        using var scope = TensorScope.Open();
        return scope.Keep(model.Run(cache, model.PlanDecode(cache, slots, positions, tokens)));
    }
}
