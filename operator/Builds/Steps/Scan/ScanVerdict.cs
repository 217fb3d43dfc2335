using System.Globalization;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Failures;

namespace GemmaOperator.Builds.Steps.Scan;

/// <summary>What a scan's counts come to beside what is tolerated.</summary>
internal static class ScanVerdict
{
    /// <summary>Why the candidate is rejected; null when it isn't.</summary>
    public static BuildFailure? Of(ScanSpec asked, ScanStatus found) =>
        AtOrAbove(asked.FailOn.Value, found) == 0
            ? null
            : ClassifiedFailure
                .Of(
                    FailureReason.VulnerabilitiesFound,
                    $"{Counts(found)} (failOn {asked.FailOn}): {string.Join(", ", found.Worst.Take(5).Select(Line))}"
                )
                .Failure;

    public static string Counts(ScanStatus found) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{found.Critical} critical, {found.High} high, {found.Medium} medium, {found.Low} low, {found.Unknown} unknown; {found.Ignored} ignored, {found.Unfixed} without a fix"
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
        $"{finding.Id} in {finding.Package} {finding.Installed}{(finding.Fixed.Length > 0 ? $" (fixed in {finding.Fixed})" : "")}";
}
