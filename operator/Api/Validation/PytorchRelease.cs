using GemmaOperator.Api.Lines;

namespace GemmaOperator.Api.Validation;

/// <summary>
/// Says which CUDA and cuDNN versions the official <c>pytorch/pytorch</c> images were made for, by PyTorch minor
/// version, as <see cref="PytorchLines"/> has them.
/// </summary>
internal static class PytorchRelease
{
    /// <summary>
    /// Returns what is wrong with a combination whose parts are well-formed; versions that aren't known, and those
    /// whose images nobody looked at, are left to the registry, so that a release of tomorrow works.
    /// </summary>
    public static IEnumerable<(string Field, string Problem, string Remedy)> ProblemsOf(
        string pytorch,
        string cuda,
        string cudnn
    )
    {
        if (
            !Version.TryParse(pytorch, out var version)
            || PytorchLines.Shipped.Of(version) is not { Cudnn: not "" } release
        )
        {
            yield break;
        }

        if (!release.Cuda.Contains(cuda, StringComparer.Ordinal))
        {
            yield return (
                "cuda",
                $"PyTorch {pytorch} was not built for CUDA {cuda}",
                $"choose {string.Join(", ", release.Cuda)}, or give base.image"
            );
        }

        if (release.Cudnn != cudnn)
        {
            yield return (
                "cudnn",
                $"PyTorch {pytorch} was not built for cuDNN {cudnn}",
                $"choose {release.Cudnn}, or give base.image"
            );
        }
    }
}
