using GemmaInference.Model;
using GemmaInference.Torch;

namespace GemmaInference.Engine;

/// <summary>Decides in which type a model computes.</summary>
internal static class DataTypeChoice
{
    /// <param name="hasFastBrainFloats">Whether the processor multiplies bfloat16 by itself.</param>
    public static ScalarType Decide(LoadSettings settings, GemmaConfig config, Device device, bool hasFastBrainFloats)
    {
        var name =
            settings.DataType != "auto" ? settings.DataType
            : device == Device.Cuda ? config.DataType
            : config.DataType == "bfloat16" && hasFastBrainFloats ? "bfloat16"
            : "float32";
        return name switch
        {
            "float32" => ScalarType.Float32,
            "float16" => ScalarType.Float16,
            _ => ScalarType.BFloat16,
        };
    }
}
