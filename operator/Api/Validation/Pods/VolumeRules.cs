using GemmaOperator.Api.Pods;
using GemmaOperator.Text;

namespace GemmaOperator.Api.Validation.Pods;

/// <summary>Checks additional volumes of the served pods: one source each, of the namespace, by its names.</summary>
internal static class VolumeRules
{
    private const int MostVolumes = 16;

    private const int MostParts = 8;

    private const int LongestSize = 20;

    private const int LongestDriver = 63;

    private const int LongestAttribute = 1024;

    private const int MostAttributes = 16;

    /// <summary>Lists the operator's own: weights, what fetches them is given, and the scratch directory.</summary>
    private static readonly string[] Own = ["models", "model-secret", "tmp"];

    public static void Check(string path, IReadOnlyList<ServedVolume>? volumes, Findings findings)
    {
        findings.Most(path, volumes?.Count, MostVolumes);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (i, volume) in (volumes ?? []).Index())
        {
            var where = $"{path}[{i}]";
            CheckName($"{where}.name", volume?.Name, seen, findings);
            findings.One(
                where,
                "each of rollout.server.volumes",
                ("emptyDir", volume?.EmptyDir is not null),
                ("persistentVolumeClaim", volume?.PersistentVolumeClaim is not null),
                ("secret", volume?.Secret is not null),
                ("configMap", volume?.ConfigMap is not null),
                ("projected", volume?.Projected is not null),
                ("csi", volume?.Csi is not null)
            );
            if (volume is not null)
            {
                CheckSource(where, volume, findings);
            }
        }
    }

    /// <summary>Checks what a volume, or a mount of one, is called.</summary>
    public static void CheckName(string path, string? name, Findings findings) =>
        findings.Text(
            path,
            name,
            Bounds.ValueLength,
            PodSyntax.VolumeName(),
            "a volume's name",
            "use lower-case letters, digits and -, at most 63"
        );

    private static void CheckName(string path, string? name, HashSet<string> seen, Findings findings)
    {
        CheckName(path, name, findings);
        if (Own.Contains(name, StringComparer.Ordinal))
        {
            findings.Add(
                path,
                $"{Quoted.Of(name)} is the operator's own",
                "choose another name in rollout.server.volumes"
            );
        }
        else if (!seen.Add(name ?? ""))
        {
            findings.Add(path, $"{Quoted.Of(name)} is given twice", "give each volume its own name");
        }
    }

    private static void CheckSource(string path, ServedVolume volume, Findings findings)
    {
        if (volume.EmptyDir is { } directory)
        {
            CheckDirectory($"{path}.emptyDir", directory, findings);
        }

        if (volume.PersistentVolumeClaim is { } claim)
        {
            findings.ObjectName($"{path}.persistentVolumeClaim.claimName", claim.ClaimName, "a PersistentVolumeClaim");
        }

        if (volume.Secret is { } secret)
        {
            findings.ObjectName($"{path}.secret.secretName", secret.SecretName, "a Secret");
            KeyRules.CheckMode($"{path}.secret.defaultMode", secret.DefaultMode, findings);
            KeyRules.CheckFiles($"{path}.secret.items", secret.Items, "a Secret", findings);
        }

        if (volume.ConfigMap is { } map)
        {
            findings.ObjectName($"{path}.configMap.name", map.Name, "a ConfigMap");
            KeyRules.CheckMode($"{path}.configMap.defaultMode", map.DefaultMode, findings);
            KeyRules.CheckFiles($"{path}.configMap.items", map.Items, "a ConfigMap", findings);
        }

        if (volume.Projected is { } projected)
        {
            CheckProjected($"{path}.projected", projected, findings);
        }

        if (volume.Csi is { } csi)
        {
            CheckCsi($"{path}.csi", csi, findings);
        }
    }

    private static void CheckDirectory(string path, EmptyDirSource directory, Findings findings)
    {
        if (directory.Medium is { } medium)
        {
            findings.OneOf($"{path}.medium", medium);
        }

        if (directory.SizeLimit is { Length: > 0 } size)
        {
            findings.Text($"{path}.sizeLimit", size, LongestSize, Syntax.StorageSize(), "a size", "write it as in 2Gi");
        }
    }

    private static void CheckProjected(string path, ProjectedSource projected, Findings findings)
    {
        KeyRules.CheckMode($"{path}.defaultMode", projected.DefaultMode, findings);
        var sources = projected.Sources ?? [];
        if (sources.Count == 0)
        {
            findings.Add($"{path}.sources", "it is empty", "give a secret or a configMap");
        }

        findings.Most($"{path}.sources", sources.Count, MostParts);
        // The API server refuses a pod in which two sources have one path.
        var paths = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (i, source) in sources.Index())
        {
            var where = $"{path}.sources[{i}]";
            findings.One(
                where,
                "each source of a projected volume in rollout.server.volumes",
                ("secret", source?.Secret is not null),
                ("configMap", source?.ConfigMap is not null)
            );
            CheckPart($"{where}.secret", source?.Secret, "a Secret", paths, findings);
            CheckPart($"{where}.configMap", source?.ConfigMap, "a ConfigMap", paths, findings);
        }
    }

    private static void CheckPart(string path, KeyFiles? part, string what, HashSet<string> paths, Findings findings)
    {
        if (part is not null)
        {
            findings.ObjectName($"{path}.name", part.Name, what);
            KeyRules.CheckFiles($"{path}.items", part.Items, what, paths, findings);
        }
    }

    private static void CheckCsi(string path, CsiSource csi, Findings findings)
    {
        findings.ObjectName($"{path}.driver", csi.Driver, "a driver", LongestDriver);
        Names.CheckReference($"{path}.nodePublishSecretRef.name", csi.NodePublishSecretRef?.Name, "a Secret", findings);
        findings.Most($"{path}.volumeAttributes", csi.VolumeAttributes?.Count, MostAttributes);
        foreach (var (key, value) in csi.VolumeAttributes ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            var where = $"{path}.volumeAttributes[{Quoted.Of(Truncation.Head(key, Bounds.KeyLength))}]";
            findings.Text(
                where,
                value,
                LongestAttribute,
                Syntax.OneLine(),
                "text on one line",
                "leave out line breaks and control characters"
            );
        }
    }
}
