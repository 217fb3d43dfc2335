using System.Text.Json.Serialization;

namespace GemmaOperator.Api.Words;

/// <summary>Names the variant of the PyTorch image.</summary>
internal enum BaseFlavor
{
    [JsonStringEnumMemberName("runtime")]
    Runtime,

    /// <summary>With compilers and CUDA headers.</summary>
    [JsonStringEnumMemberName("devel")]
    Devel,
}
