using GemmaOperator.Api.Words;

namespace GemmaOperator.Builds.Inputs.Scanners;

/// <summary>
/// Decides which variables a scanner may be given. Scanners read each of their options from one, also those that leave
/// findings out or change the report: what isn't known to do neither is refused.
/// </summary>
internal static class ScannerVariables
{
    private static readonly string[] OfScanners = ["GRYPE_", "OSV_SCANNER_", "TRIVY_"];

    /// <summary>Lists how variables begin that say how a registry or a database is reached.</summary>
    private static readonly string[] OfReach = ["GRYPE_DB_", "GRYPE_REGISTRY_", "TRIVY_DB_", "TRIVY_JAVA_DB_"];

    private static readonly HashSet<string> Reach = new(StringComparer.Ordinal)
    {
        "TRIVY_INSECURE",
        "TRIVY_PASSWORD",
        "TRIVY_REGISTRY_TOKEN",
        "TRIVY_USERNAME",
    };

    /// <summary>Lists what Go's runtime reads; all three scanners are written in it.</summary>
    private static readonly string[] OfGo = ["GOGC", "GOMAXPROCS", "GOMEMLIMIT"];

    /// <summary>Lists what changes how a scanner works, and nothing of what it finds or how it says so.</summary>
    private static readonly Dictionary<ScannerKind, string[]> Working = new()
    {
        [ScannerKind.Trivy] =
        [
            .. OfGo,
            "TRIVY_DEBUG",
            "TRIVY_DISABLE_TELEMETRY",
            "TRIVY_OFFLINE_SCAN",
            "TRIVY_PARALLEL",
            "TRIVY_QUIET",
            "TRIVY_SKIP_VERSION_CHECK",
        ],
        [ScannerKind.Grype] =
        [
            .. OfGo,
            "GRYPE_DB_MAX_ALLOWED_BUILT_AGE",
            "GRYPE_DB_REQUIRE_UPDATE_CHECK",
            "GRYPE_DB_UPDATE_AVAILABLE_TIMEOUT",
            "GRYPE_DB_UPDATE_DOWNLOAD_TIMEOUT",
            "GRYPE_DB_VALIDATE_AGE",
            "GRYPE_LOG_LEVEL",
            "GRYPE_LOG_QUIET",
        ],
        [ScannerKind.OSVScanner] = OfGo,
    };

    /// <summary>Returns what may be said to a scanner alone.</summary>
    public static IReadOnlyList<string> Of(ScannerKind scanner) => Working[scanner];

    /// <summary>
    /// Decides whether a variable of a build's pods could change what a scan's result means; none of another program's
    /// does.
    /// </summary>
    public static bool IsRefused(string name) =>
        OfScanners.Any(p => name.StartsWith(p, StringComparison.OrdinalIgnoreCase))
        && !OfReach.Any(p => name.StartsWith(p, StringComparison.Ordinal))
        && !Reach.Contains(name)
        && !Working.Values.Any(names => names.Contains(name, StringComparer.Ordinal));
}
