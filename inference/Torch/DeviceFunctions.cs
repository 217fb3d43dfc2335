namespace GemmaInference.Torch;

/// <summary>
/// Holds a device's own functions for what is called in each layer, or what no dispatcher takes: its arguments have no
/// plain numbers of any type (<c>Scalar</c>). All their tensors are on the device, but for those of one number.
/// </summary>
/// <param name="library">With the device's kernels.</param>
/// <param name="device">How the interface calls it: cpu or cuda.</param>
internal sealed unsafe class DeviceFunctions(Exports library, string device)
{
    /// <summary>Gets: what, with what, times which factor, result.</summary>
    public delegate* unmanaged<nint, nint, double, nint*, int> Add { get; } =
        (delegate* unmanaged<nint, nint, double, nint*, int>)library.Need($"aoti_torch_{device}_add_Tensor");

    /// <summary>Gets: what, a number, times which factor, result.</summary>
    public delegate* unmanaged<nint, double, double, nint*, int> AddNumber { get; } =
        (delegate* unmanaged<nint, double, double, nint*, int>)library.Need($"aoti_torch_{device}_add_Scalar");

    public delegate* unmanaged<nint, nint, nint*, int> Multiply { get; } =
        (delegate* unmanaged<nint, nint, nint*, int>)library.Need($"aoti_torch_{device}_mul_Tensor");

    public delegate* unmanaged<nint, double, nint*, int> MultiplyNumber { get; } =
        (delegate* unmanaged<nint, double, nint*, int>)library.Need($"aoti_torch_{device}_mul_Scalar");

    /// <summary>Gets: result, left, right.</summary>
    public delegate* unmanaged<nint, nint, nint, int> MatrixProduct { get; } =
        (delegate* unmanaged<nint, nint, nint, int>)library.Need($"aoti_torch_{device}_mm_out");

    /// <summary>Gets: tensors, how many, along which dimension, result.</summary>
    public delegate* unmanaged<nint*, long, long, nint*, int> Concatenate { get; } =
        (delegate* unmanaged<nint*, long, long, nint*, int>)library.Need($"aoti_torch_{device}_cat");

    /// <summary>Gets: what, normalised shape and its rank, weight or null, epsilon, result, deviation.</summary>
    public delegate* unmanaged<nint, long*, long, nint*, double*, nint*, nint*, int> RmsNorm { get; } =
        (delegate* unmanaged<nint, long*, long, nint*, double*, nint*, nint*, int>)
            library.Need($"aoti_torch_{device}__fused_rms_norm");
}
