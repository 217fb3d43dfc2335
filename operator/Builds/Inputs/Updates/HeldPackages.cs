namespace GemmaOperator.Builds.Inputs.Updates;

/// <summary>
/// Says which packages an update leaves alone: those of the declared CUDA and PyTorch. Newer ones may ask for another
/// driver, or not fit the libtorch that is there; they come with another base.
/// </summary>
internal static class HeldPackages
{
    /// <summary>
    /// Matches who maintains NVIDIA's own packages (<c>cudatools &lt;cudatools@nvidia.com&gt;</c>), and Mellanox' of
    /// NGC images.
    /// </summary>
    public const string Maintainers = "@([a-z0-9.-]+[.])?(nvidia|mellanox)[.]com>";

    /// <summary>
    /// Matches names: those of NVIDIA's CUDA, cuDNN, NCCL and TensorRT repositories (CUDA installation guide for Linux,
    /// Meta Packages; the Dockerfiles of nvidia/cuda), and those that Debian and Ubuntu give the same libraries
    /// (source packages nvidia-cuda-toolkit, nvidia-cudnn, pytorch). An extended regular expression as awk takes it.
    /// </summary>
    public const string Names =
        "^(cuda|cudnn|cutensor|cudss|datacenter-gpu-manager|gds-tools|nccl|nsight|nvidia|nvshmem|tensorrt"
        + "|libcu(blas|dart|dadebugger|dla|dnn|dss|fft|file|inj|mpi|obj|pti|rand|solver|sparse|tensor)"
        + "|libn(ccl|pp|sight|vblas|vfatbin|vgraph|vidia|vinfer|vjitlink|vjpeg|vml|vonnxparsers|vparsers|vperf"
        + "|vptxcompiler|vrm|vrtc|vshmem|vtoolsext|vvm)|libaccinj|libthrust|libtorch|python3-torch|python3-triton)";
}
