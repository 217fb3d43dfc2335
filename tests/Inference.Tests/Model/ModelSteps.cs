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
    ) => model.Step(cache, [new StepRow(slot, start, tokens.ToArray())], everyRow);

    public static Tensor Decode(this GemmaModel model, KvCache cache, int[] slots, int[] positions, int[] tokens) =>
        model.Step(cache, [.. slots.Select((slot, row) => new StepRow(slot, positions[row], tokens.AsMemory(row, 1)))]);

    public static Tensor Step(this GemmaModel model, KvCache cache, StepRow[] rows, bool everyRow = false)
    {
        using var scope = TensorScope.Open();
        return scope.Keep(model.Run(cache, model.Plan(cache, rows), everyRow));
    }
}
