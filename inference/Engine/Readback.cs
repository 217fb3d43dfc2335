using GemmaInference.Torch;

namespace GemmaInference.Engine;

/// <summary>Brings what a step computed to the host, in one copy: the step's only wait for the device.</summary>
internal static class Readback
{
    /// <param name="tensors">Of float32; one at least.</param>
    /// <returns>Each tensor's numbers, in order.</returns>
    public static IReadOnlyList<float[]> All(IReadOnlyList<Tensor> tensors)
    {
        using var scope = TensorScope.Open();
        var all =
            tensors.Count == 1 ? tensors[0] : Tensor.Concatenate(0, [.. tensors.Select(tensor => tensor.Reshape(-1))]);
        var values = all.ToArray<float>();
        var parts = new List<float[]>(tensors.Count);
        var at = 0;
        foreach (var tensor in tensors)
        {
            var length = (int)tensor.Count;
            parts.Add(values[at..(at + length)]);
            at += length;
        }

        return parts;
    }
}
