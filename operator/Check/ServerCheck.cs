using System.Globalization;
using k8s.Models;

namespace GemmaOperator.Check;

/// <summary>Judges the API server: whether it answers, its version, and what that version has.</summary>
internal static class ServerCheck
{
    /// <summary>Rules of CustomResourceDefinitions in CEL are stable from here on.</summary>
    public const int OldestMinor = 29;

    /// <summary>The newest that this release ran on (docs/compatibility.md).</summary>
    public const int NewestMinor = 36;

    /// <summary>Image volumes are beta, and may be off, from here on.</summary>
    private const int ImageVolumesBeta = 33;

    /// <summary>Image volumes are stable from here on.</summary>
    private const int ImageVolumesStable = 36;

    private const string Name = "API server";
    private const string Volumes = "Image volumes";

    public static IEnumerable<CheckLine> Unreachable(string server, string? problem) =>
        [
            CheckLine.Fail(
                Name,
                $"{server} can't be asked: {problem}",
                "check --kubeconfig and --context: 'kubectl version' with the same two must answer from here"
            ),
        ];

    public static IEnumerable<CheckLine> Judge(string server, VersionInfo version)
    {
        var minor = Minor(version);
        yield return minor switch
        {
            null => CheckLine.Warn(
                Name,
                $"{server} is of version {version.GitVersion}, which this program can't read",
                $"see that it is Kubernetes 1.{OldestMinor} or newer"
            ),
            < OldestMinor => CheckLine.Fail(
                Name,
                $"{server} is Kubernetes {version.GitVersion}; the definitions' rules need 1.{OldestMinor}",
                $"upgrade the cluster to 1.{OldestMinor} or newer"
            ),
            > NewestMinor => CheckLine.Ok(
                Name,
                $"{server} is Kubernetes {version.GitVersion}; the newest that this release ran on is 1.{NewestMinor}"
            ),
            _ => CheckLine.Ok(Name, $"{server} is Kubernetes {version.GitVersion}"),
        };
        yield return minor switch
        {
            null or < ImageVolumesBeta => CheckLine.Warn(
                Volumes,
                "this version has none",
                "serve weights from a claim; nothing else needs them"
            ),
            < ImageVolumesStable => CheckLine.Warn(
                Volumes,
                "beta in this version, on only with the feature gate ImageVolume of API server and nodes",
                "turn it on, or serve weights from a claim; nothing else needs them"
            ),
            _ => CheckLine.Ok(Volumes, "stable in this version"),
        };
    }

    /// <summary>Some providers write a plus behind it.</summary>
    private static int? Minor(VersionInfo version) =>
        version.Major == "1"
        && int.TryParse(version.Minor?.TrimEnd('+'), NumberStyles.None, CultureInfo.InvariantCulture, out var minor)
            ? minor
            : null;
}
