using System.Text.Json;
using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Cluster;

namespace GemmaOperator.Builds.Steps.Verify;

/// <summary>
/// Holds the Python program that a candidate runs about itself (<c>contents.py</c> and <c>verify.py</c> beside this
/// file, joined), and its argument. The program is the same for every candidate; all that differs is JSON, which no
/// quoting can break out of.
/// </summary>
internal static class VerifyProgram
{
    /// <summary>
    /// Bounds the time that one import may take, in seconds; importing PyTorch from a cold disk takes tens of them.
    /// </summary>
    private const int ImportSeconds = 300;

    public static string Text { get; } = PythonProgram.Read("contents.py") + PythonProgram.Read("verify.py");

    public static string Argument(ImageStatus candidate, VerificationTemplate verification) =>
        JsonSerializer.Serialize(
            new Dictionary<string, object>(StringComparer.Ordinal)
            {
                ["digest"] = candidate.Digest,
                ["imports"] = verification.Imports,
                ["requireGpu"] = verification.PullTest.RequireGPU,
                ["timeout"] = ImportSeconds,
                ["root"] = "/",
                ["log"] = TerminationLog.Path,
                ["torchLibFile"] = DockerfileRenderer.TorchLibPathFile,
            }
        );
}
