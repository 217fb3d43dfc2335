using GemmaOperator.Api.Pods;
using GemmaOperator.Text;

namespace GemmaOperator.Api.Validation.Pods;

/// <summary>
/// Checks where containers see additional volumes: over nothing that the operator, the image or the weights have there.
/// </summary>
internal static class MountRules
{
    private const int MostMounts = 32;

    /// <summary>Is the one directory below a taken one that volumes are made for.</summary>
    private const string SharedMemory = "/dev/shm";

    /// <param name="path">The mounts.</param>
    /// <param name="all">What they are.</param>
    /// <param name="declared">The volumes that there are.</param>
    /// <param name="weights">Where the weights are mounted; empty where they aren't.</param>
    /// <param name="findings">Where to.</param>
    public static void Check(
        string path,
        IReadOnlyList<ServedMount>? all,
        IReadOnlyList<ServedVolume>? declared,
        string weights,
        Findings findings
    )
    {
        var mounts = all ?? [];
        findings.Most(path, mounts.Count, MostMounts);
        var volumes = (declared ?? []).Select(v => v?.Name).ToHashSet(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (i, mount) in mounts.Index())
        {
            var where = $"{path}[{i}]";
            VolumeRules.CheckName($"{where}.name", mount?.Name, findings);
            if (mount?.Name is { } name && !volumes.Contains(name))
            {
                findings.Add(
                    $"{where}.name",
                    $"there is no volume {Quoted.Of(name)}",
                    "add it: each of rollout.server.volumeMounts names one of rollout.server.volumes"
                );
            }

            CheckPath($"{where}.mountPath", mount?.MountPath ?? "", weights, seen, findings);
            if (mount?.SubPath is { Length: > 0 } below)
            {
                KeyRules.CheckRelative($"{where}.subPath", below, "subPath in rollout.server.volumeMounts", findings);
            }
        }
    }

    private static void CheckPath(string path, string given, string weights, HashSet<string> seen, Findings findings)
    {
        findings.Text(
            path,
            given,
            Bounds.PathLength,
            Syntax.MountPath(),
            "a clean absolute path",
            "write it as in /dev/shm or /etc/gemma/keys"
        );
        if (PodSyntax.DotParts().IsMatch(given))
        {
            findings.Add(path, "it has . or .. parts", "write rollout.server.volumeMounts without . and .. parts");
        }
        else if (given != SharedMemory && PodSyntax.TakenPath().IsMatch(given))
        {
            findings.Add(
                path,
                $"{Quoted.Of(given)} is taken",
                "choose another mountPath in rollout.server.volumeMounts, outside /tmp, /app, /opt/gemma, /proc, /sys "
                    + $"and /dev; {SharedMemory} is free"
            );
        }
        else if (PodSyntax.SystemPath().IsMatch(given))
        {
            findings.Add(
                path,
                "the image's own files would be hidden",
                "mount rollout.server.volumeMounts below a directory of the system, not over it, as in /etc/gemma"
            );
        }
        else if (weights.Length > 0 && (IsWithin(given, weights) || IsWithin(weights, given)))
        {
            findings.Add(
                path,
                $"the weights are at {Quoted.Of(weights)}",
                "mount rollout.server.volumeMounts elsewhere than rollout.server.model.path, and neither above nor "
                    + "below it"
            );
        }
        else if (!seen.Add(given))
        {
            findings.Add(path, $"{Quoted.Of(given)} is given twice", "give each mount its own path");
        }
    }

    private static bool IsWithin(string path, string directory) =>
        $"{path}/".StartsWith($"{directory}/", StringComparison.Ordinal);
}
