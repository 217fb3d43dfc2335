namespace GemmaOperator.Api.Validation;

/// <summary>
/// Says which CUDA and cuDNN versions the official <c>pytorch/pytorch</c> images were made for, by PyTorch minor
/// version. Sources: the release compatibility matrix in RELEASE.md of pytorch/pytorch, and that repository's tags on
/// Docker Hub.
/// </summary>
internal static class PytorchRelease
{
    private static readonly Dictionary<string, (string[] Cuda, string Cudnn)> Known = new(StringComparer.Ordinal)
    {
        ["2.0"] = (["11.7", "11.8"], "8"),
        ["2.1"] = (["11.8", "12.1"], "8"),
        ["2.2"] = (["11.8", "12.1"], "8"),
        ["2.3"] = (["11.8", "12.1"], "8"),
        ["2.4"] = (["11.8", "12.1", "12.4"], "9"),
        ["2.5"] = (["11.8", "12.1", "12.4"], "9"),
        ["2.6"] = (["11.8", "12.4", "12.6"], "9"),
        ["2.7"] = (["11.8", "12.6", "12.8"], "9"),
        ["2.8"] = (["12.6", "12.8", "12.9"], "9"),
        ["2.9"] = (["12.6", "12.8", "13.0"], "9"),
        ["2.10"] = (["12.6", "12.8", "13.0"], "9"),
    };

    /// <summary>
    /// Returns what is wrong with a combination whose parts are well-formed; versions outside the table are left to the
    /// registry, so that a release of tomorrow works.
    /// </summary>
    public static IEnumerable<(string Field, string Problem, string Remedy)> ProblemsOf(
        string pytorch,
        string cuda,
        string cudnn
    )
    {
        var minor = pytorch[..pytorch.LastIndexOf('.')];
        if (!Known.TryGetValue(minor, out var release))
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
