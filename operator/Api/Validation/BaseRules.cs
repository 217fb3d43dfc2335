using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Bases;
using GemmaOperator.Api.Channels;
using GemmaOperator.Api.Words;
using GemmaOperator.Registry.References;
using GemmaOperator.Text;

namespace GemmaOperator.Api.Validation;

/// <summary>Checks what the image is built on.</summary>
internal static class BaseRules
{
    public static void Check(BaseSpec spec, Findings findings)
    {
        var before = findings.Errors.Count;
        CheckParts(spec, findings);
        findings.OneOf("spec.base.channel", spec.Channel);
        if (
            findings.Errors.Count == before
            && spec.Channel != BaseChannel.Pinned
            && BaseLine.Read(spec).Problems is [{ } error, ..]
        )
        {
            findings.Add(error.Path, error.Problem, error.Remedy);
        }
    }

    private static void CheckParts(BaseSpec spec, Findings findings)
    {
        findings.OneOf("spec.base.flavor", spec.Flavor);
        Names.CheckReference("spec.base.pullSecretRef.name", spec.PullSecretRef?.Name, "a Secret", findings);
        var wellFormed =
            Version("pytorch", spec.Pytorch, Syntax.PytorchVersion(), "2.10.0", findings)
            & Version("cuda", spec.Cuda, Syntax.CudaVersion(), "12.8", findings)
            & Version("cudnn", spec.Cudnn, Syntax.CudnnVersion(), "9", findings);

        if (spec.Image is { Length: > 0 } image)
        {
            if (ReferenceSyntax.OfImage(image) is { } error)
            {
                findings.Add("spec.base.image", error.Problem, error.Remedy, ImageReason.Stalled.InvalidBaseReference);
            }

            return;
        }

        if (spec is not { Pytorch: { } pytorch, Cuda: { } cuda, Cudnn: { } cudnn })
        {
            findings.Add(
                "spec.base",
                "it doesn't say what to build on",
                "give all of base.pytorch, base.cuda and base.cudnn, or an explicit base.image"
            );
            return;
        }

        if (wellFormed && !Syntax.PytorchRelease().IsMatch(pytorch))
        {
            findings.Add(
                "spec.base.pytorch",
                $"the PyTorch project publishes no image of {Quoted.Of(pytorch)}",
                "write a release such as \"2.10.0\", or name the image that holds it in base.image"
            );
        }
        else if (wellFormed)
        {
            foreach (var (field, problem, remedy) in PytorchRelease.ProblemsOf(pytorch, cuda, cudnn))
            {
                findings.Add($"spec.base.{field}", problem, remedy);
            }
        }
    }

    private static bool Version(
        string field,
        string? text,
        System.Text.RegularExpressions.Regex syntax,
        string example,
        Findings findings
    )
    {
        if (text is null || (text.Length <= SpecBounds.Version && syntax.IsMatch(text)))
        {
            return true;
        }

        findings.Add($"spec.base.{field}", $"{Quoted.Of(text)} isn't a version", $"write it as in \"{example}\"");
        return false;
    }
}
