using GemmaOperator.Api.Pods;
using GemmaOperator.Cluster;
using GemmaOperator.Text;
using k8s.Models;

namespace GemmaOperator.BaseImages.ServedPods;

/// <summary>
/// Renders containers before and beside the server: as confined as it is, each with a scratch directory of its own.
/// </summary>
internal static class ServedContainers
{
    /// <param name="containers">What the spec asks for.</param>
    /// <param name="scratch">Name of the pod's volume for scratch directories.</param>
    public static IEnumerable<V1Container> Of(IReadOnlyList<ServedContainer> containers, string scratch) =>
        containers.Select(c => new V1Container
        {
            Name = c.Name,
            Image = c.Image,
            Command = Literal(c.Command),
            Args = Literal(c.Args),
            Env = c.Env.Count == 0 ? null : [.. ServedVariables.Of(c.Env)],
            EnvFrom = ServedVariables.AllOf(c.EnvFrom),
            Resources = c.Resources is { Limits.Count: > 0 } or { Requests.Count: > 0 } ? c.Resources : null,
            TerminationMessagePolicy = "FallbackToLogsOnError",
            SecurityContext = Confinement.Container(),
            VolumeMounts =
            [
                new V1VolumeMount
                {
                    Name = scratch,
                    MountPath = "/tmp",
                    SubPath = c.Name,
                },
                .. ServedVolumes.MountsOf(c.VolumeMounts),
            ],
        });

    private static List<string>? Literal(IReadOnlyList<string> texts) =>
        texts.Count == 0 ? null : [.. texts.Select(PodText.Literal)];
}
