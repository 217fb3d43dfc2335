using GemmaOperator.Cluster.Comparison;
using GemmaOperator.Text;
using k8s.Models;

namespace GemmaOperator.Cluster.Authenticity;

/// <summary>Compares what decides which program a container runs, on what, and where its last word goes.</summary>
internal static class ContainerMatch
{
    private const string DefaultTerminationPath = "/dev/termination-log";

    private const string DefaultTerminationPolicy = "File";

    /// <summary>Lists where images keep what they run, beside every folder called bin.</summary>
    private static readonly string[] CodeDirectories =
    [
        "/",
        "/dev",
        "/etc",
        "/lib",
        "/lib64",
        "/opt",
        "/opt/conda",
        "/proc",
        "/usr",
        "/usr/lib",
        "/usr/local",
        "/usr/local/lib",
    ];

    private static readonly string[] CodeFolders = ["bin", "sbin", "site-packages", "dist-packages"];

    /// <summary>Returns the path of the first field that differs; null when it is the one asked for.</summary>
    public static string? Difference(V1Container wanted, V1Container live, Tolerance tolerance) =>
        Fields(wanted, live, tolerance).FirstOrDefault(f => !f.IsSame).Field is { } field
            ? field
            : Environment(wanted, live, tolerance) ?? Mounts(wanted, live, tolerance);

    private static IEnumerable<(string Field, bool IsSame)> Fields(
        V1Container wanted,
        V1Container live,
        Tolerance tolerance
    )
    {
        yield return ("image", ImageMatch.IsSame(wanted.Image, live.Image, tolerance));
        yield return ("command", Same(wanted.Command, live.Command));
        yield return ("args", Same(wanted.Args, live.Args));
        yield return ("workingDir", (wanted.WorkingDir ?? "") == (live.WorkingDir ?? ""));
        // What runs in a container beside its program can write its last word.
        yield return ("lifecycle", wanted.Lifecycle is not null || live.Lifecycle is null);
        yield return ("livenessProbe", Same(wanted.LivenessProbe, live.LivenessProbe));
        yield return ("readinessProbe", Same(wanted.ReadinessProbe, live.ReadinessProbe));
        yield return ("startupProbe", Same(wanted.StartupProbe, live.StartupProbe));
        yield return (
            "terminationMessagePath",
            (wanted.TerminationMessagePath ?? DefaultTerminationPath)
                == (live.TerminationMessagePath ?? DefaultTerminationPath)
        );
        yield return (
            "terminationMessagePolicy",
            (wanted.TerminationMessagePolicy ?? DefaultTerminationPolicy)
                == (live.TerminationMessagePolicy ?? DefaultTerminationPolicy)
        );
        yield return (
            "securityContext.privileged",
            wanted.SecurityContext?.Privileged == true || live.SecurityContext?.Privileged != true
        );
        yield return ("restartPolicy", wanted.RestartPolicy == live.RestartPolicy);
    }

    /// <summary>A variable that is set twice has its last value.</summary>
    private static string? Environment(V1Container wanted, V1Container live, Tolerance tolerance)
    {
        var (asked, there) = (wanted.Env ?? [], live.Env ?? []);
        foreach (var variable in asked)
        {
            var found = there.Where(e => e.Name == variable.Name).ToList();
            if (found.Count == 0 || found.Any(e => !SameVariable(variable, e)))
            {
                return $"env[{variable.Name}]";
            }
        }

        if (live.EnvFrom is { Count: > 0 } && wanted.EnvFrom is not { Count: > 0 })
        {
            return "envFrom";
        }

        return
            tolerance == Tolerance.Adoption
            && there.FirstOrDefault(e => !IsProxy(e.Name) && asked.All(a => a.Name != e.Name)) is { } added
            ? $"env[{Quoted.Of(added.Name)}]"
            : null;
    }

    private static string? Mounts(V1Container wanted, V1Container live, Tolerance tolerance)
    {
        var (asked, there) = (wanted.VolumeMounts ?? [], live.VolumeMounts ?? []);
        foreach (var mount in asked)
        {
            var found = there.Where(m => m.MountPath == mount.MountPath).ToList();
            if (
                found is not [var one]
                || Drift.Between(mount, one) is not null
                || (one.SubPath ?? "") != (mount.SubPath ?? "")
            )
            {
                return $"volumeMounts[{mount.MountPath}]";
            }
        }

        return there
            .Where(m => asked.All(a => a.MountPath != m.MountPath))
            .Where(m => !MayBeAdded(m, asked, tolerance))
            .Select(m => $"volumeMounts[{Quoted.Of(m.MountPath)}]")
            .FirstOrDefault();
    }

    private static bool MayBeAdded(V1VolumeMount mount, IList<V1VolumeMount> asked, Tolerance tolerance)
    {
        var path = "/" + mount.MountPath.Trim('/');
        if (path.StartsWith("/var/run/secrets/", StringComparison.Ordinal))
        {
            return true;
        }

        return tolerance == Tolerance.Admission
            && asked.All(a => a.Name != mount.Name && !IsBelow(path, a.MountPath) && !IsBelow(a.MountPath, path))
            && !CodeDirectories.Contains(path, StringComparer.Ordinal)
            && !(path.StartsWith("/dev/", StringComparison.Ordinal) && path != "/dev/shm")
            && !path.Split('/').Any(folder => CodeFolders.Contains(folder, StringComparer.Ordinal));
    }

    private static bool IsBelow(string path, string folder) =>
        (path.TrimEnd('/') + "/").StartsWith(folder.TrimEnd('/') + "/", StringComparison.Ordinal);

    private static bool IsProxy(string name) => name.EndsWith("_PROXY", StringComparison.OrdinalIgnoreCase);

    private static bool SameVariable(V1EnvVar wanted, V1EnvVar live) =>
        (wanted.Value ?? "") == (live.Value ?? "")
        && (wanted.ValueFrom is null) == (live.ValueFrom is null)
        && Drift.Between(wanted.ValueFrom, live.ValueFrom) is null;

    private static bool Same(IList<string>? wanted, IList<string>? live) => (wanted ?? []).SequenceEqual(live ?? []);

    private static bool Same(V1Probe? wanted, V1Probe? live) =>
        (wanted is null) == (live is null) && Drift.Between(wanted, live) is null;
}
