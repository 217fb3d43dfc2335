using GemmaOperator.Api.Validation.Pods;
using GemmaOperator.Text;
using k8s.Models;

namespace GemmaOperator.BaseImages.ServedPods;

/// <summary>
/// Says where a server's keys are (<c>API_KEYS_FILE</c>), so that the smoke test can show one: a server that asks for
/// keys would refuse it, and its image be given up.
/// </summary>
/// <param name="Path">The file, as the server sees it.</param>
/// <param name="Volume">The volume that it lies on; null when it is the image's own.</param>
/// <param name="Mount">Where that is mounted, for reading.</param>
internal sealed record KeysFile(string Path, V1Volume? Volume, V1VolumeMount? Mount)
{
    /// <summary>Returns the file of a served pod; null when its server asks for no keys.</summary>
    public static KeysFile? Of(V1PodSpec served)
    {
        var server = served.Containers[0];
        if (
            server.Env?.LastOrDefault(e => e.Name == VariableRules.KeysFile)?.Value is not { Length: > 0 } written
            || PodText.Read(written) is not { } path
        )
        {
            return null;
        }

        var mount = (server.VolumeMounts ?? [])
            .Where(m => $"{path}/".StartsWith($"{m.MountPath.TrimEnd('/')}/", StringComparison.Ordinal))
            .MaxBy(m => m.MountPath.Length);
        var volume = served.Volumes?.FirstOrDefault(v => v.Name == mount?.Name);
        // What is in a pod's own directory is in no other pod.
        return volume is null or { EmptyDir: not null }
            ? new KeysFile(path, null, null)
            : new KeysFile(path, volume, mount! with { ReadOnlyProperty = true });
    }
}
