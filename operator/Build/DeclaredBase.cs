using System.Text.RegularExpressions;
using GemmaOperator.Api;
using GemmaOperator.Api.Validation;
using GemmaOperator.Registry;

namespace GemmaOperator.Build;

/// <summary>The reference that a declared CUDA/PyTorch spec stands for.</summary>
internal static partial class DeclaredBase
{
    /// <summary>
    /// The explicit image, or the tag under which the PyTorch project publishes the combination, for example
    /// <c>pytorch/pytorch:2.10.0-cuda12.8-cudnn9-runtime</c>.
    /// </summary>
    public static Parsed<string> Reference(BaseSpec spec, string field)
    {
        if (spec.Image.Length > 0)
        {
            return ImageReference.TryParse(spec.Image, out _, out var error)
                ? Parsed<string>.Of(spec.Image)
                : Parsed<string>.Wrong([Invalid($"{field}.image", error)]);
        }

        var problems = new List<FieldError>();
        Check(spec.Pytorch, "pytorch", "2.10.0", Three());
        Check(spec.Cuda, "cuda", "12.8", Two());
        Check(spec.Cudnn, "cudnn", "9", One());
        if (spec.Flavor is not ("runtime" or "devel"))
            problems.Add(Problem.At($"{field}.flavor", $"{Text.Show(spec.Flavor)} isn't a flavor", "choose runtime or devel"));
        return problems.Count > 0
            ? Parsed<string>.Wrong(problems)
            : Parsed<string>.Of($"pytorch/pytorch:{spec.Pytorch}-cuda{spec.Cuda}-cudnn{spec.Cudnn}-{spec.Flavor}");

        void Check(string? version, string name, string example, Regex pattern)
        {
            if (string.IsNullOrEmpty(version))
                problems.Add(Problem.At($"{field}.{name}", "it is missing", $"give pytorch, cuda and cudnn, or image; for example {example}"));
            else if (!pattern.IsMatch(version))
                problems.Add(Problem.At($"{field}.{name}", $"{Text.Show(version)} isn't a version", $"write for example {example}"));
        }
    }

    private static FieldError Invalid(string path, string error)
    {
        var parts = error.Split("; ", 2);
        return new FieldError(path, parts[0], parts.Length > 1 ? parts[1] : "write for example pytorch/pytorch:2.10.0-cuda12.8-cudnn9-runtime", ImageReason.Stalled.InvalidBaseReference);
    }

    [GeneratedRegex(@"\A[0-9]{1,4}\.[0-9]{1,4}\.[0-9]{1,4}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Three();

    [GeneratedRegex(@"\A[0-9]{1,4}\.[0-9]{1,4}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Two();

    [GeneratedRegex(@"\A[0-9]{1,2}\z", RegexOptions.NonBacktracking)]
    private static partial Regex One();
}
