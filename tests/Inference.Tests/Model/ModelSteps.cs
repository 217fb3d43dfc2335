using GemmaInference.Model;
using TorchSharp;

namespace Inference.Tests.Model;

/// <summary>Plan and run in one, for tests of the model alone.</summary>
internal static class ModelSteps
{
    public static torch.Tensor Prefill(
        this GemmaModel model,
        KvCache cache,
        int slot,
        int start,
        ReadOnlySpan<int> tokens,
        bool everyRow = false
    )
    {
        using var scope = torch.NewDisposeScope();
        return model.Run(cache, model.PlanPrefill(cache, slot, start, tokens), everyRow).MoveToOuterDisposeScope();
    }

    public static torch.Tensor Decode(
        this GemmaModel model,
        KvCache cache,
        ReadOnlySpan<int> slots,
        ReadOnlySpan<int> positions,
        ReadOnlySpan<int> tokens
    )
    {
        using var scope = torch.NewDisposeScope();
        return model.Run(cache, model.PlanDecode(cache, slots, positions, tokens)).MoveToOuterDisposeScope();
    }
}
