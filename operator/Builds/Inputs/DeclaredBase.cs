using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Validation;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Inputs;

/// <summary>Renders the reference that a declared CUDA/PyTorch spec stands for.</summary>
internal static class DeclaredBase
{
    /// <summary>
    /// Returns the explicit image, or the tag under which the PyTorch project publishes the combination, for example
    /// <c>pytorch/pytorch:2.10.0-cuda12.8-cudnn9-runtime</c>.
    /// </summary>
    public static Parsed<string> Reference(BaseSpec spec)
    {
        var findings = new Findings();
        BaseRules.Check(spec, findings);
        return findings.Errors.Count > 0
            ? Parsed<string>.Wrong(findings.Errors)
            : Parsed<string>.Of(
                spec.Image is { Length: > 0 } image
                    ? image
                    : $"pytorch/pytorch:{spec.Pytorch}-cuda{spec.Cuda}-cudnn{spec.Cudnn}-{spec.Flavor}"
            );
    }
}
