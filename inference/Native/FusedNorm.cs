using System.Runtime.InteropServices;
using TorchSharp;

namespace GemmaInference.Native;

/// <summary>
/// Calls libtorch's fused root-mean-square norm, which TorchSharp doesn't wrap: one call here, one kernel on a GPU. It
/// is reached through libtorch's C interface for compiled models (<c>torch/csrc/inductor/aoti_torch/c/shim.h</c>),
/// which turns C++ exceptions into error codes and hands tensors over as <c>at::Tensor*</c>, as TorchSharp does.
/// </summary>
internal static unsafe class FusedNorm
{
    private static delegate* unmanaged<nint, long*, long, nint*, double*, nint*, nint*, int> _norm;
    private static delegate* unmanaged<nint, int> _delete;

    /// <summary>
    /// Gets whether it can be called: false where this libtorch has no such function; callers then compute the norm
    /// step by step.
    /// </summary>
    public static bool IsAvailable => _norm != null && _delete != null;

    /// <summary>Looks the functions up; none is an error.</summary>
    /// <param name="cpu">Handle of <c>libtorch_cpu.so</c>.</param>
    /// <param name="device">Handle of the library with the device's kernels.</param>
    /// <param name="name">How the interface calls the device: cpu or cuda.</param>
    public static void Find(nint cpu, nint device, string name)
    {
        _norm = NativeLibrary.TryGetExport(device, $"aoti_torch_{name}__fused_rms_norm", out var norm)
            ? (delegate* unmanaged<nint, long*, long, nint*, double*, nint*, nint*, int>)norm
            : null;
        _delete = NativeLibrary.TryGetExport(cpu, "aoti_torch_delete_tensor_object", out var delete)
            ? (delegate* unmanaged<nint, int>)delete
            : null;
    }

    /// <summary>Computes x ÷ √(mean(x²) + ε) · weight over the last dimension.</summary>
    /// <param name="weight">Of x's own type, or null for none.</param>
    public static torch.Tensor Apply(torch.Tensor x, torch.Tensor? weight, double epsilon)
    {
        long size = x.shape[^1];
        nint scale = weight?.Handle ?? 0,
            normed,
            deviation;
        var code = _norm(x.Handle, &size, 1, weight is null ? null : &scale, &epsilon, &normed, &deviation);
        GC.KeepAlive(x);
        GC.KeepAlive(weight);
        if (code != 0)
        {
            throw new InferenceException(
                "libtorch",
                $"its fused norm failed with code {code}; its own message is on standard error"
            );
        }

        // Only training needs the deviation.
        _delete(deviation);
        return torch.Tensor.UnsafeCreateTensor(normed);
    }
}
