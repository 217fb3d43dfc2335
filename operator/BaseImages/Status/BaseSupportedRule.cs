using System.Globalization;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Lines;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Lines;
using GemmaOperator.Builds.Steps.Assemble;

namespace GemmaOperator.BaseImages.Status;

/// <summary>
/// Decides what people are told of the PyTorch and CUDA that a spec declares: whether the nodes run them, and whether
/// anything newer of their line is still to come. It moves nothing, and says nothing of what isn't known.
/// </summary>
internal static class BaseSupportedRule
{
    /// <summary>
    /// Returns null where the spec is wrong itself; or declares no release of PyTorch, so that there is no line to
    /// judge, and no node is known not to run it.
    /// </summary>
    public static Finding? Judge(ConditionFacts f) =>
        f.Seen
            is {
                Image.Spec.Base: { } declared,
                Inputs: not BuildRequest.Refused { Reason: ImageReason.Stalled.InvalidSpec }
            }
            ? Judge(declared, LinesOf(f, declared.Cuda ?? ""), LineNeeds.Of(f.Seen, f.Status.ServerImage?.Libtorch))
            : null;

    /// <summary>Judges a declared base.</summary>
    /// <param name="declared">The base, as builds stand on it.</param>
    /// <param name="lines">What is known.</param>
    /// <param name="needs">What the nodes and the server are.</param>
    public static Finding? Judge(BaseSpec declared, PytorchLines lines, LineNeeds needs)
    {
        var (pytorch, cuda) = (declared.Pytorch ?? "", declared.Cuda ?? "");
        var nodes = BaseDriverRule.Judge(declared, ReleaseOf(pytorch), lines, needs);
        var line = Judge(pytorch, cuda, lines, needs);
        // What is in doubt hides nothing that is sure.
        return nodes is { IsTrue: null } && line is { IsTrue: false } ? line : nodes ?? line;
    }

    /// <summary>What the registry's tags say of the declared variant is newer than what was shipped.</summary>
    private static PytorchLines LinesOf(ConditionFacts f, string cuda) =>
        f is { Seen.Channel.Line.IsPytorch: true, Status.Base.Newest: { } newest }
        && Version.TryParse(newest, out var seen)
            ? PytorchLines.Shipped.With(seen, CudaLine(cuda))
            : PytorchLines.Shipped;

    /// <summary>Judges a declared pair.</summary>
    /// <param name="pytorch">Version; a prerelease, as NVIDIA's images have it, is of no line of PyTorch's.</param>
    /// <param name="cuda">Version; empty where none is declared.</param>
    /// <param name="lines">What is known.</param>
    /// <param name="needs">What another line must fit.</param>
    public static Finding? Judge(string pytorch, string cuda, PytorchLines lines, LineNeeds needs)
    {
        if (ReleaseOf(pytorch) is not { } version)
        {
            return null;
        }

        var asOf =
            string.Create(CultureInfo.InvariantCulture, $"as known on {lines.Known:yyyy-MM-dd}")
            + (lines.AreSeen ? " and by the registry's tags" : "");
        if (lines.Of(version) is not { } line || version > line.Newest)
        {
            return version < lines.All[0].Newest
                ? Ended(
                    $"PyTorch {pytorch} is older than every line that this operator knows",
                    version,
                    cuda,
                    lines,
                    needs,
                    asOf
                )
                : Finding.Unknown(
                    ImageReason.BaseSupported.UnknownLine,
                    $"PyTorch {pytorch} is newer than what this operator knows ({asOf})"
                );
        }

        if (lines.After(line) is { } next)
        {
            return Ended(
                $"PyTorch {line.Name} gets no more releases, security fixes included, since {next.Name} "
                    + (next.Released.Length > 0 ? $"came in {next.Released}" : "is there"),
                version,
                cuda,
                lines,
                needs,
                asOf
            );
        }

        if (cuda.Length > 0 && !line.Cuda.Contains(CudaLine(cuda), StringComparer.Ordinal))
        {
            return Finding.Unknown(
                ImageReason.BaseSupported.UnknownLine,
                $"PyTorch {line.Name} was published for CUDA {Join(line.Cuda)}, and not for {cuda} ({asOf})"
            );
        }

        return version < line.Newest
            ? Finding.True(
                ImageReason.BaseSupported.NewerPatch,
                $"PyTorch {line.Name} is the newest line, and {line.Newest} its newest release ({asOf}); "
                    + $"spec.base.pytorch is {pytorch}"
            )
            : Finding.True(
                ImageReason.BaseSupported.Current,
                $"PyTorch {pytorch} is the newest release of the newest line ({asOf})"
            );
    }

    private static Finding Ended(
        string why,
        Version version,
        string cuda,
        PytorchLines lines,
        LineNeeds needs,
        string asOf
    )
    {
        var newest = lines.Newest;
        var fits =
            cuda.Length == 0 ? ""
            : newest.Cuda.Contains(CudaLine(cuda), StringComparer.Ordinal) ? $", {cuda} among them"
            : $", and no longer for {cuda}"
                + (
                    lines.All.LastOrDefault(l => l.Cuda.Contains(CudaLine(cuda), StringComparer.Ordinal)) is { } last
                    && last.Newest > version
                        ? $", for which {last.Newest} is the newest"
                        : ""
                );
        return Finding.False(
            ImageReason.BaseSupported.EndOfLine,
            $"{why}. The newest is {newest.Newest}, for CUDA {Join(newest.Cuda)}{fits} ({asOf}). "
                + (
                    NextLine.Sentence(lines, version, cuda, needs) is { Length: > 0 } next ? $"{next}."
                    : !needs.HasServer ? "What is installed on it must be for it."
                    : "The server image must run on it: its label "
                        + $"{ServerCompatibility.Label} says on which it does."
                )
        );
    }

    private static Version? ReleaseOf(string pytorch) =>
        pytorch.All(c => char.IsAsciiDigit(c) || c == '.') && Version.TryParse(pytorch, out var version)
            ? version
            : null;

    /// <summary>Returns 12.8 of 12.8.1.</summary>
    private static string CudaLine(string cuda) => string.Join('.', cuda.Split('.').Take(2));

    private static string Join(IReadOnlyList<string> versions) => string.Join(", ", versions);
}
