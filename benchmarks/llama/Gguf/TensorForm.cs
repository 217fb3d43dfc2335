namespace Benchmarks.Llama.Gguf;

/// <summary>Says how a tensor's numbers lie in a file; values are those of ggml's <c>ggml_type</c>.</summary>
internal enum TensorForm
{
    Float32 = 0,

    /// <summary>32 numbers share a half-precision scale and take 4 bits each.</summary>
    Q4 = 2,

    /// <summary>32 numbers share a half-precision scale and take 8 bits each.</summary>
    Q8 = 8,

    BFloat16 = 30,
}
