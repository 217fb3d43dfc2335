using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Channels;
using GemmaOperator.Api.Words;

namespace GemmaOperator.Api.BaseImages;

/// <summary>Describes the declared CUDA/PyTorch spec, or an explicit base image.</summary>
internal sealed record BaseSpec
{
    /// <summary>PyTorch version, for example <c>2.10.0</c>; beside an image also a prerelease of it.</summary>
    public string? Pytorch { get; init; }

    /// <summary>CUDA version, for example <c>12.8</c>.</summary>
    public string? Cuda { get; init; }

    /// <summary>cuDNN major version, for example <c>9</c>.</summary>
    public string? Cudnn { get; init; }

    /// <summary>Variant of the PyTorch image.</summary>
    public WireEnum<BaseFlavor> Flavor { get; init; } = BaseFlavor.Runtime;

    /// <summary>Explicit reference (tag or digest); wins over the PyTorch spec.</summary>
    public string Image { get; init; } = "";

    /// <summary>How far newer versions of the base's line are taken without a change of the spec.</summary>
    public WireEnum<BaseChannel> Channel { get; init; } = BaseChannel.Pinned;

    /// <summary>Secret of type <c>kubernetes.io/dockerconfigjson</c> for pulling the base.</summary>
    public LocalReference? PullSecretRef { get; init; }
}
