using GemmaInference.Native;
using GemmaInference.Torch;

namespace GemmaInference.Model.Matrices;

/// <summary>Tries the products that quantised weights need, before any weight is read.</summary>
internal static class QuantizedProducts
{
    private const int Size = 128;

    /// <exception cref="InferenceException">This libtorch can't compute them, in this type, on this device.</exception>
    public static void Check(Quantization quantization, ScalarType type, Device device)
    {
        if (quantization == Quantization.None)
        {
            return;
        }

        try
        {
            using var scope = TensorScope.Open();
            var weight = Tensor.Full([Size, Size], 1, ScalarType.Float32, Device.Cpu);
            var x = Tensor.Full([1, Size], 1, type, device);
            using var eight = Int8Matrix.Quantize(weight, type, device);
            eight.Apply(x);
            if (quantization == Quantization.Int4)
            {
                using var four = Int4Matrix.Quantize(weight, type, device);
                four.Apply(x);
            }
        }
        catch (TorchException cause)
        {
            throw new InferenceException(
                "QUANTIZATION",
                $"this PyTorch can't compute {quantization.ToString().ToLowerInvariant()} in "
                    + $"{type.ToString().ToLowerInvariant()} on {device.ToString().ToLowerInvariant()} "
                    + $"({cause.Message}); choose another, or none",
                cause
            );
        }
    }
}
