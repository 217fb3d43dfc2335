using System.Globalization;
using GemmaOperator.Api.Builds;

namespace GemmaOperator.Builds.Steps.Proof;

/// <summary>Renders what a candidate has proved, in one line for conditions and events.</summary>
internal static class VerifiedText
{
    public static string Render(VerificationStatus found)
    {
        string?[] parts =
        [
            found.Uid is { } uid
                ? string.Create(CultureInfo.InvariantCulture, $"runs as uid {uid}")
                : $"its user is {found.User}; it wasn't run",
            found.PythonVersion is { Length: > 0 } python ? $"Python {python}" : null,
            found.TorchVersion is { Length: > 0 } torch ? $"PyTorch {torch}" : null,
            found.CudaVersion is { Length: > 0 } cuda ? $"CUDA {cuda}" : null,
            found.Gpu is { Length: > 0 } gpu ? $"GPU {gpu}" : null,
            found.Imports.Count > 0 ? $"imports {string.Join(", ", found.Imports.Take(10))}" : null,
            found.Scan is { Error: null } scan ? $"scan: {ScanCounts.Render(scan)}" : null,
            found.Scan is { Error: { } error } ? $"not scanned: {error}" : null,
            found.Warnings.Count > 0 ? $"warnings: {string.Join("; ", found.Warnings.Take(3))}" : null,
        ];
        return string.Join(", ", parts.Where(p => p is not null));
    }
}
