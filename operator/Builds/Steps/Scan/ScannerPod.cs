using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Inputs.Scanners;
using GemmaOperator.Cluster.Pods;
using GemmaOperator.Text;
using k8s.Models;

namespace GemmaOperator.Builds.Steps.Scan;

/// <summary>
/// Adds to a rendered pod that scans what the spec says of the scanner: flags, environment, and where its database
/// comes from. One on a volume is copied first, since scanners write beside what they read:
/// <code>
///   database (init) ◄─ PersistentVolumeClaim, read-only ─► the scanner's cache directory
/// </code>
/// </summary>
internal static class ScannerPod
{
    public const string DatabaseCopier = "database";

    private const string DatabaseDirectory = "/database";

    /// <param name="pod">As it is rendered without; it is changed.</param>
    /// <param name="scan">What is asked for.</param>
    /// <param name="operatorImage">The operator's own image.</param>
    /// <exception cref="ArgumentException">The spec holds what validation would have refused.</exception>
    public static V1PodSpec Complete(V1PodSpec pod, ScanSpec scan, string operatorImage)
    {
        if (scan is { Args: null, Env: null, Database: null } || scan.Scanner.Value is not { } kind)
        {
            return pod;
        }

        var options = ScannerOptions.Parse(scan).Value;
        var scanner = pod.Containers.Single(c => c.Name == ScanJob.Scanner);
        scanner.Args =
        [
            .. scanner.Args,
            .. options.Flags.Concat(DatabaseFlags(kind, options.Database)).Select(PodText.Literal),
        ];
        scanner.Env =
        [
            .. options
                .Variables.ExceptBy(DatabaseVariables(kind, options.Database).Select(v => v.Key), v => v.Key)
                .Concat(DatabaseVariables(kind, options.Database))
                .Select(v => new V1EnvVar { Name = v.Key, Value = PodText.Literal(v.Value) }),
            .. scanner.Env ?? [],
        ];
        if (options.Database is { } database)
        {
            TellAge(pod.Containers.Single(c => c.Name == ScanJob.Reporter));
            if (database is DatabaseSource.Volume volume)
            {
                Copy(pod, kind, volume, operatorImage);
            }
        }

        return pod;
    }

    private static IEnumerable<string> DatabaseFlags(ScannerKind scanner, DatabaseSource? database) =>
        (scanner, database) switch
        {
            (ScannerKind.Trivy, DatabaseSource.Repository mirror) =>
            [
                $"--db-repository={mirror.Database}",
                .. mirror.Java is { } java ? [$"--java-db-repository={java}"] : Array.Empty<string>(),
            ],
            (ScannerKind.Trivy, DatabaseSource.Volume) =>
            [
                "--skip-db-update",
                "--skip-java-db-update",
                "--offline-scan",
            ],
            (ScannerKind.OSVScanner, DatabaseSource.Volume) => ["--offline-vulnerabilities"],
            _ => [],
        };

    private static IEnumerable<KeyValuePair<string, string>> DatabaseVariables(
        ScannerKind scanner,
        DatabaseSource? database
    ) =>
        (scanner, database) switch
        {
            // Older ones have no such option, and don't mind the variable.
            (ScannerKind.Trivy, DatabaseSource.Volume) => [KeyValuePair.Create("TRIVY_SKIP_VERSION_CHECK", "true")],
            (ScannerKind.Grype, DatabaseSource.Address address) =>
            [
                KeyValuePair.Create("GRYPE_DB_UPDATE_URL", address.Url),
            ],
            (ScannerKind.Grype, DatabaseSource.Volume) =>
            [
                KeyValuePair.Create("GRYPE_DB_AUTO_UPDATE", "false"),
                // It is told how old the database is, and judged by that; a scan that ends tells more than one that
                // refuses to begin after five days, Grype's own bound.
                KeyValuePair.Create("GRYPE_DB_VALIDATE_AGE", "false"),
            ],
            (ScannerKind.OSVScanner, DatabaseSource.Volume) =>
            [
                KeyValuePair.Create("OSV_SCANNER_LOCAL_DB_CACHE_DIRECTORY", CacheOf(scanner)),
            ],
            _ => [],
        };

    /// <summary>Returns where the scanner keeps its database.</summary>
    private static string CacheOf(ScannerKind scanner) =>
        scanner switch
        {
            ScannerKind.Trivy => ScannerContainer.ScratchDirectory + "/trivy",
            ScannerKind.Grype => ScannerContainer.ScratchDirectory + "/grype",
            _ => ScannerContainer.ScratchDirectory + "/osv",
        };

    /// <summary>Has the reporter tell when the database was made, which a candidate's doesn't otherwise.</summary>
    private static void TellAge(V1Container reporter)
    {
        var told = $"--database={ScannerContainer.TrivyDatabase}";
        if (!reporter.Args.Contains(told, StringComparer.Ordinal))
        {
            reporter.Args = [.. reporter.Args, told];
            reporter.VolumeMounts =
            [
                .. reporter.VolumeMounts,
                new V1VolumeMount
                {
                    Name = "scratch",
                    MountPath = ScannerContainer.ScratchDirectory,
                    ReadOnlyProperty = true,
                },
            ];
        }
    }

    private static void Copy(V1PodSpec pod, ScannerKind scanner, DatabaseSource.Volume volume, string operatorImage)
    {
        pod.InitContainers =
        [
            .. pod.InitContainers ?? [],
            ScannerContainer.Confined(
                new V1Container
                {
                    Name = DatabaseCopier,
                    Image = operatorImage,
                    Args =
                    [
                        "copy-database",
                        $"--scanner={scanner}",
                        $"--from={DatabaseDirectory}",
                        $"--to={CacheOf(scanner)}",
                    ],
                    Env = [ScannerContainer.NoDebugger],
                    Resources = PodResources.Complete(null, ("cpu", "10m", "1"), ("memory", "64Mi", "512Mi")),
                    VolumeMounts =
                    [
                        new V1VolumeMount
                        {
                            Name = DatabaseCopier,
                            MountPath = DatabaseDirectory,
                            SubPath = volume.Path.Length > 0 ? volume.Path : null,
                            ReadOnlyProperty = true,
                        },
                        new V1VolumeMount { Name = "scratch", MountPath = ScannerContainer.ScratchDirectory },
                    ],
                }
            ),
        ];
        pod.Volumes =
        [
            .. pod.Volumes,
            new V1Volume
            {
                Name = DatabaseCopier,
                PersistentVolumeClaim = new V1PersistentVolumeClaimVolumeSource
                {
                    ClaimName = volume.Claim,
                    ReadOnlyProperty = true,
                },
            },
        ];
    }
}
