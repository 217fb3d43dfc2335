using Benchmarks.Llama.Gguf;
using GemmaInference.Model.Matrices;
using GemmaInference.Torch;

namespace Benchmarks.Llama.Models;

/// <summary>Pairs a form of our weights with llama.cpp's of about as many bits.</summary>
/// <param name="Type">Of ours, and of what ours are multiplied with.</param>
/// <param name="Embedding">Of llama.cpp's embedding, which is its head too; ours has 8 bits beside 4.</param>
internal sealed record Precision(
    string Name,
    ScalarType Type,
    Quantization Quantization,
    TensorForm Layers,
    TensorForm Embedding
)
{
    public static IReadOnlyList<Precision> All { get; } =
    [
        new("float32", ScalarType.Float32, Quantization.None, TensorForm.Float32, TensorForm.Float32),
        new("bfloat16", ScalarType.BFloat16, Quantization.None, TensorForm.BFloat16, TensorForm.BFloat16),
        new("int8", ScalarType.BFloat16, Quantization.Int8, TensorForm.Q8, TensorForm.Q8),
        new("int4", ScalarType.BFloat16, Quantization.Int4, TensorForm.Q4, TensorForm.Q8),
    ];
}
