using System.Text;
using k8s.Models;

namespace Operator.Tests.Trials.Months.World;

/// <summary>Reads what is mounted into the containers of a simulated cluster.</summary>
internal static class SimVolumes
{
    /// <summary>Returns the content of mounted ConfigMaps, by the path in the container.</summary>
    public static Dictionary<string, byte[]> Files(SimStore store, V1Job job, V1Container container)
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var mount in container.VolumeMounts ?? [])
        {
            var source = job.Spec.Template.Spec.Volumes?.FirstOrDefault(v => v.Name == mount.Name)?.ConfigMap;
            if (source is null || store.Find<V1ConfigMap>(job.Metadata.NamespaceProperty, source.Name) is not { } map)
            {
                continue;
            }

            foreach (var (key, text) in map.Data ?? new Dictionary<string, string>())
            {
                var path = source.Items?.FirstOrDefault(i => i.Key == key)?.Path ?? key;
                if (mount.SubPath is null || mount.SubPath == path)
                {
                    var at = mount.SubPath is null ? $"{mount.MountPath}/{path}" : mount.MountPath;
                    files[at] = Encoding.UTF8.GetBytes(text);
                }
            }
        }

        return files;
    }
}
