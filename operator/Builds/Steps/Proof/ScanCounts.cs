using System.Globalization;
using GemmaOperator.Api.Builds;

namespace GemmaOperator.Builds.Steps.Proof;

/// <summary>Renders what a scan counted, in one line.</summary>
internal static class ScanCounts
{
    public static string Render(ScanStatus found) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{found.Critical} critical, {found.High} high, {found.Medium} medium, {found.Low} low, "
                + $"{found.Unknown} unknown; {found.Ignored} ignored, {found.Unfixed} without a fix"
        );
}
