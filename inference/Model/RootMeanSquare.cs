using GemmaInference.Native;
using TorchSharp;

namespace GemmaInference.Model;

/// <summary>Computes Gemma's norm over the last dimension, in float32; weights already are 1 + w.</summary>
internal static class RootMeanSquare
{
    /// <param name="x">In float32.</param>
    /// <param name="weight">One number per channel, or null where the caller multiplies.</param>
    public static torch.Tensor Norm(torch.Tensor x, torch.Tensor? weight, double epsilon) =>
        FusedNorm.IsAvailable ? FusedNorm.Apply(x, weight, epsilon) : Plain(x, weight, epsilon);

    /// <summary>Computes the same in TorchSharp's own operations.</summary>
    public static torch.Tensor Plain(torch.Tensor x, torch.Tensor? weight, double epsilon)
    {
        var normed = x.square().mean([-1], keepdim: true).add_(epsilon).rsqrt_().mul(x);
        return weight is null ? normed : normed.mul_(weight);
    }
}
