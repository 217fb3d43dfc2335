using System.Text.RegularExpressions;
using GemmaOperator.Builds.Failures;

namespace GemmaOperator.Builds.Steps.Kaniko;

/// <summary>
/// Recognises a package that is compiled for CUDA on a base without the compiler: the runtime flavor has none.
/// </summary>
internal static partial class CudaDiagnosis
{
    public static ClassifiedFailure? Diagnose(FailedLog log) =>
        log.FirstOfStep(NoCompiler()) is { } line ? log.Failed(FailureReason.CudaToolkitMissing, line) : null;

    /// <summary>
    /// torch.utils.cpp_extension, the set-up programs of packages that call nvcc, CMake's FindCUDAToolkit and
    /// enable_language(CUDA), and a shell.
    /// </summary>
    [GeneratedRegex(
        @"CUDA_HOME environment variable is not set|CUDA_HOME (does not exist|is not set)|nvcc(: command)?:? (was )?"
            + @"not found|No such file or directory: '[^']*nvcc'|could not find nvcc|unable to find nvcc|No CUDA "
            + @"toolset found|Failed to find nvcc|No CMAKE_CUDA_COMPILER could be found|Could not find `?nvcc|"
            + @"Could NOT find CUDA(Toolkit)? ",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking | RegexOptions.IgnoreCase
    )]
    private static partial Regex NoCompiler();
}
