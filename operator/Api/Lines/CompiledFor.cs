namespace GemmaOperator.Api.Lines;

/// <summary>Says which GPUs the binaries of one line of PyTorch for one CUDA and platform were compiled for.</summary>
/// <param name="Line">The line, for example 2.10.</param>
/// <param name="Cuda">The CUDA, for example 12.8.</param>
/// <param name="Architecture">The platform's architecture, for example amd64.</param>
/// <param name="Gpus">What was compiled.</param>
/// <param name="Ptx">What is kept to be compiled by newer GPUs' drivers; null for nothing.</param>
internal sealed record CompiledFor(
    string Line,
    string Cuda,
    string Architecture,
    IReadOnlyList<ComputeCapability> Gpus,
    ComputeCapability? Ptx
)
{
    /// <summary>Tells whether a GPU runs them.</summary>
    public bool Has(ComputeCapability gpu) => Gpus.Any(gpu.Runs) || (Ptx is { } kept && gpu.IsAtLeast(kept));
}
