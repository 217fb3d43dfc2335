using System.Globalization;
using GemmaOperator.Api.Words;
using GemmaOperator.Cluster;
using k8s.Models;

namespace GemmaOperator.Builds.Steps.Scan;

/// <summary>Says how the scanners are called, in whatever is scanned, and where their files lie.</summary>
internal static class ScannerContainer
{
    public const string ReportDirectory = "/report";
    public const string ScratchDirectory = "/scratch";
    public const string ReportFile = ReportDirectory + "/scan.json";
    public const string PackagesFile = ReportDirectory + "/packages.cdx.json";

    /// <summary>Names the file in which Trivy keeps when its database was made.</summary>
    public const string TrivyDatabase = ScratchDirectory + "/trivy/db/metadata.json";

    /// <summary>.NET opens a socket for debuggers below /tmp otherwise, and the root can't be written.</summary>
    public static V1EnvVar NoDebugger => new() { Name = "DOTNET_EnableDiagnostics", Value = "0" };

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
                ReportFile,
                "--scanners",
                "vuln",
                "--image-src",
                "remote",
                "--cache-dir",
                ScratchDirectory + "/trivy",
                "--no-progress",
                // Its own limit is five minutes for everything, less than an image of gigabytes takes.
                "--timeout",
                string.Create(CultureInfo.InvariantCulture, $"{(int)ScanJob.Deadline.TotalSeconds}s"),
                reference,
            ],
            ScannerKind.Grype => [$"registry:{reference}", "--output", "json", "--file", ReportFile],
            ScannerKind.OSVScanner or null => SbomArguments(ScannerKind.OSVScanner, PackagesFile, ScanJob.Deadline),
        };

    /// <summary>Renders the scanners' flags for a list of packages, a CycloneDX document.</summary>
    public static string[] SbomArguments(ScannerKind? scanner, string file, TimeSpan deadline) =>
        scanner switch
        {
            ScannerKind.Trivy =>
            [
                "sbom",
                "--format",
                "json",
                "--output",
                ReportFile,
                "--cache-dir",
                ScratchDirectory + "/trivy",
                "--no-progress",
                "--timeout",
                string.Create(CultureInfo.InvariantCulture, $"{(int)deadline.TotalSeconds}s"),
                file,
            ],
            ScannerKind.Grype => [$"sbom:{file}", "--output", "json", "--file", ReportFile],
            _ => ["scan", "source", "--lockfile", file, "--format", "json", "--output", ReportFile],
        };

    /// <summary>Renders the scanners' own environment.</summary>
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
                ("GRYPE_DB_CACHE_DIR", ScratchDirectory + "/grype"),
                ("GRYPE_CHECK_FOR_APP_UPDATE", "false"),
            ],
            (ScannerKind.Trivy, false) or (ScannerKind.OSVScanner or null, _) => [],
        };

    /// <summary>Gives a container no privilege, and has its last lines told when it fails.</summary>
    public static V1Container Confined(V1Container container)
    {
        container.TerminationMessagePolicy = "FallbackToLogsOnError";
        container.SecurityContext = Confinement.Container();
        return container;
    }
}
