using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Failures;
using GemmaOperator.Builds.Steps.Proof;

namespace GemmaOperator.Builds.Steps.Scan;

/// <summary>Judges a scan's counts by what is tolerated.</summary>
internal static class ScanVerdict
{
    /// <summary>Returns why the candidate is rejected; null when it isn't.</summary>
    public static ClassifiedFailure? Judge(ScanSpec asked, ScanStatus found) =>
        AtOrAbove(asked.FailOn.Value, found) == 0
            ? null
            : ClassifiedFailure.Of(
                FailureReason.VulnerabilitiesFound,
                $"{ScanCounts.Render(found)} (failOn {asked.FailOn}): "
                    + $"{string.Join(", ", found.Worst.Take(5).Select(Line))}"
            );

    private static int AtOrAbove(SeverityThreshold? failOn, ScanStatus found) =>
        failOn switch
        {
            SeverityThreshold.Critical => found.Critical,
            SeverityThreshold.High => found.Critical + found.High,
            SeverityThreshold.Medium => found.Critical + found.High + found.Medium,
            // A finding without a severity may be anything.
            SeverityThreshold.Low => found.Critical + found.High + found.Medium + found.Low + found.Unknown,
            SeverityThreshold.Never or null => 0,
        };

    private static string Line(ScanFinding finding) =>
        $"{finding.Id} in {finding.Package} "
        + $"{finding.Installed}{(finding.Fixed.Length > 0 ? $" (fixed in {finding.Fixed})" : "")}";
}
