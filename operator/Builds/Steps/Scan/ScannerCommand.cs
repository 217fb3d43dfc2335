using System.Globalization;
using GemmaOperator.Api.Words;

namespace GemmaOperator.Builds.Steps.Scan;

/// <summary>Renders how each scanner is called.</summary>
internal static class ScannerCommand
{
    /// <summary>
    /// Renders the scanners' own flags, each of the vulnerability scan alone and of a report in JSON.
    /// </summary>
    public static string[] Arguments(ScannerKind? scanner, string reference) =>
        scanner switch
        {
            ScannerKind.Trivy =>
            [
                "image",
                "--format",
                "json",
                "--output",
                ScanJob.ReportFile,
                "--scanners",
                "vuln",
                "--image-src",
                "remote",
                "--cache-dir",
                ScanJob.ScratchDirectory + "/trivy",
                "--no-progress",
                // Its own limit is five minutes for everything, less than an image of gigabytes takes.
                "--timeout",
                string.Create(CultureInfo.InvariantCulture, $"{(int)ScanJob.Deadline.TotalSeconds}s"),
                reference,
            ],
            ScannerKind.Grype => [$"registry:{reference}", "--output", "json", "--file", ScanJob.ReportFile],
            ScannerKind.OSVScanner or null =>
            [
                "scan",
                "source",
                "--lockfile",
                ScanJob.PackagesFile,
                "--format",
                "json",
                "--output",
                ScanJob.ReportFile,
            ],
        };

    /// <summary>Renders the scanners' own variables.</summary>
    public static (string Name, string Value)[] Settings(ScannerKind? scanner, bool isInsecure) =>
        (scanner, isInsecure) switch
        {
            (ScannerKind.Trivy, true) => [("TRIVY_NON_SSL", "true")],
            (ScannerKind.Grype, true) =>
            [
                .. Settings(ScannerKind.Grype, false),
                ("GRYPE_REGISTRY_INSECURE_USE_HTTP", "true"),
            ],
            (ScannerKind.Grype, false) =>
            [
                ("GRYPE_DB_CACHE_DIR", ScanJob.ScratchDirectory + "/grype"),
                ("GRYPE_CHECK_FOR_APP_UPDATE", "false"),
            ],
            (ScannerKind.Trivy, false) or (ScannerKind.OSVScanner or null, _) => [],
        };
}
