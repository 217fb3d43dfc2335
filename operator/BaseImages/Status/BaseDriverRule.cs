using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Bases;
using GemmaOperator.Api.Lines;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Lines;
using GemmaOperator.Cluster.Gpus;

namespace GemmaOperator.BaseImages.Status;

/// <summary>
/// Decides whether the nodes run what a spec declares: by their drivers, and by what PyTorch was compiled for. It stops
/// nothing: whoever serves, serves.
/// </summary>
internal static class BaseDriverRule
{
    /// <summary>Returns null where all nodes of which it is known do.</summary>
    /// <param name="declared">The base; of PyTorch's own it is known what is in it.</param>
    /// <param name="pytorch">Its version; null where it is no release.</param>
    /// <param name="lines">What is known of lines.</param>
    /// <param name="needs">The nodes, and the server that another line must fit.</param>
    public static Finding? Judge(BaseSpec declared, Version? pytorch, PytorchLines lines, LineNeeds needs)
    {
        var (cuda, isSure) = (declared.Cuda ?? "", BaseLine.IsPytorchsRuntime(declared));
        var line = pytorch is not null && BaseLine.IsPytorchsOwn(declared) ? $"{pytorch.Major}.{pytorch.Minor}" : "";
        var fit = needs.FitOf(line, cuda);
        var all = fit.OldDrivers.Count + fit.Known.Count;
        if (fit.OldDrivers is { Count: > 0 } old && (isSure || fit.OtherGpus.Count == 0))
        {
            var why =
                $"spec.base.cuda {cuda} takes {NextLine.DriverFor(cuda, needs.Data)}; of {all} "
                + $"{(all == 1 ? "node" : "nodes")} that the pods may run on, {old.Count} "
                + $"{(old.Count == 1 ? "has" : "have")} an older one: {NodeFit.Words(old)}";
            return isSure
                ? Finding.False(
                    ImageReason.BaseSupported.DriverTooOld,
                    $"{why}. Update the driver there, or keep the pods off by spec.rollout.server.nodeSelector."
                        + Other(lines, cuda, needs)
                )
                : Finding.Unknown(
                    ImageReason.BaseSupported.DriverUnproved,
                    $"{why}. It does where the base brings NVIDIA's package cuda-compat, and the GPU is one that "
                        + "this is for; else update the driver"
                );
        }

        return fit.OtherGpus is { Count: > 0 } others
            ? Finding.False(
                ImageReason.BaseSupported.GpuNotCompiledFor,
                $"PyTorch {line} for CUDA {cuda} was compiled for other GPUs than those of {NodeFit.Words(others)}. "
                    + "Keep the pods off there by spec.rollout.server.nodeSelector."
                    + Other(lines, cuda, needs)
            )
            : null;
    }

    private static string Other(PytorchLines lines, string cuda, LineNeeds needs) =>
        NextLine.Sentence(lines, after: null, cuda, needs) is { Length: > 0 } next ? $" {next}." : "";
}
