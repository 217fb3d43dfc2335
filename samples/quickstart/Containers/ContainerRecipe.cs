using Docker.DotNet.Models;
using LocalCluster.Nodes;
using ContainerSpec = LocalCluster.Nodes.ContainerSpec;

namespace Quickstart.Containers;

/// <summary>Renders a pod's container as an engine takes it.</summary>
internal static class ContainerRecipe
{
    /// <summary>Marks all that is left on an engine, so that it can be found if the demo was killed.</summary>
    public const string Label = "gemmaoperator.io/quickstart";

    private const decimal NanosOfCpu = 1_000_000_000;

    /// <summary>Says why an engine can't run such a container here; null when it can.</summary>
    public static string? WhyNot(ContainerSpec container) =>
        container.Mounts.FirstOrDefault(m => !IsFiles(m) && (m.Source != "emptyDir" || m.SubPath.Length > 0)) is { } odd
            ? $"volume {odd.Volume} at {odd.Path} is {(odd.Source.Length == 0 ? "of no kind" : odd.Source)}"
                + $"{(odd.SubPath.Length > 0 ? " with a subPath" : "")}: on an engine only emptyDir, configMap and "
                + "secret volumes are mounted"
            : null;

    /// <summary>Renders the container, which shares this machine's network as the pod's own.</summary>
    /// <param name="container">The container.</param>
    /// <param name="folder">Where its files and its last message lie.</param>
    public static CreateContainerParameters Of(ContainerSpec container, ContainerFolder folder)
    {
        var settings = container.Settings;
        string[] args = [.. container.Args.Select(a => Expansion.Of(a, container.Env))];
        return new CreateContainerParameters
        {
            Image = container.Image,
            Entrypoint =
                settings.Command.Count > 0 ? [.. settings.Command.Select(c => Expansion.Of(c, container.Env))] : null,
            // Without arguments the image's own count, unless the command is replaced, too.
            Cmd = args.Length > 0 || settings.Command.Count > 0 ? args : null,
            Env = [.. container.Env.Select(e => $"{e.Key}={e.Value}")],
            WorkingDir = settings.WorkingDirectory ?? "",
            User = UserOf(settings),
            Labels = Labels(container.PodUid),
            HostConfig = new HostConfig
            {
                NetworkMode = "host",
                CapDrop = [.. settings.DroppedCapabilities],
                CapAdd = [.. settings.AddedCapabilities],
                SecurityOpt = settings.AllowsEscalation ? [] : ["no-new-privileges"],
                ReadonlyRootfs = settings.HasReadOnlyRoot,
                Memory = settings.MemoryLimit ?? 0,
                NanoCPUs = (long)((settings.CpuLimit ?? 0) * NanosOfCpu),
                Mounts =
                [
                    .. container.Mounts.Select(m => MountOf(container, m, folder)),
                    new Mount
                    {
                        Type = "bind",
                        Source = folder.Message,
                        Target = settings.TerminationPath,
                    },
                ],
            },
        };
    }

    /// <summary>
    /// Renders a container that is never started, in which volumes are folders of a root that can be written: an engine
    /// changes the mode of a folder only from the one above it.
    /// </summary>
    public static CreateContainerParameters Opening(ContainerSpec container, IReadOnlyList<string> volumes) =>
        new()
        {
            Image = container.Image,
            Entrypoint = ["none"],
            Labels = Labels(container.PodUid),
            HostConfig = new HostConfig
            {
                NetworkMode = "none",
                Mounts =
                [
                    .. volumes.Select(v => new Mount
                    {
                        Type = "volume",
                        Source = v,
                        Target = $"/{v}",
                        VolumeOptions = new VolumeOptions { NoCopy = true },
                    }),
                ],
            },
        };

    public static Dictionary<string, string> Labels(string podUid) => new(StringComparer.Ordinal) { [Label] = podUid };

    /// <summary>Names the engine's volume that is an emptyDir of a pod.</summary>
    public static string VolumeOf(string podUid, string volume) => $"gemma-quickstart-{podUid}-{volume}";

    /// <summary>Tells whether a mount's content is files that are known beforehand.</summary>
    public static bool IsFiles(ContainerMount mount) => mount.Source is "configMap" or "secret";

    private static Mount MountOf(ContainerSpec container, ContainerMount mount, ContainerFolder folder) =>
        IsFiles(mount)
            ? new Mount
            {
                Type = "bind",
                Source = folder.Of(mount),
                Target = mount.Path,
                ReadOnly = true,
            }
            : new Mount
            {
                Type = "volume",
                Source = VolumeOf(container.PodUid, mount.Volume),
                Target = mount.Path,
                ReadOnly = mount.IsReadOnly,
                VolumeOptions = new VolumeOptions { NoCopy = true },
            };

    private static string UserOf(ContainerSettings settings) =>
        settings switch
        {
            { User: { } user, Group: { } group } => $"{user}:{group}",
            { User: { } user } => $"{user}",
            _ => "",
        };
}
