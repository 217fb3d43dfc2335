using GemmaOperator.BaseImages.Models;
using GemmaOperator.Builds;
using GemmaOperator.Cluster;
using GemmaOperator.Registry.Access;
using GemmaOperator.Text;
using k8s.Models;

namespace GemmaOperator.BaseImages.Workloads;

/// <summary>
/// Renders the container that fetches weights: the application image, whose server knows the command <c>fetch</c>, or
/// whose Python does what that does. It is the container of a Job, or an init container of the served pods.
/// </summary>
internal static class FetchContainer
{
    public const string Name = "fetch-model";

    private const string Directory = "/weights";

    private const string SecretVolume = "model-secret";

    /// <summary>Lets a group read a Secret's file: 0440.</summary>
    private const int GroupRead = 288;

    private static readonly string Program = PythonProgram.Read("fetch.py");

    /// <param name="command">What is fetched.</param>
    /// <param name="reference">The application image, by digest.</param>
    public static V1Container Render(ModelFetchCommand command, string reference) =>
        new()
        {
            Name = Name,
            Image = reference,
            Command = command.IsOfBase ? ["python3", "-c", Program] : null,
            Env = command.IsOfBase ? [new V1EnvVar { Name = "HOME", Value = "/tmp" }] : null,
            Args = [.. command.Into($"{Directory}/{ModelVolume.FetchedDirectory}").Select(PodText.Literal)],
            TerminationMessagePolicy = "FallbackToLogsOnError",
            SecurityContext = Confinement.Container(),
            // Buffers of a fixed size: what is fetched goes straight to the volume.
            Resources = new V1ResourceRequirements
            {
                Requests = new Dictionary<string, ResourceQuantity>(StringComparer.Ordinal)
                {
                    ["cpu"] = new("250m"),
                    ["memory"] = new("256Mi"),
                },
                Limits = new Dictionary<string, ResourceQuantity>(StringComparer.Ordinal) { ["memory"] = new("1Gi") },
            },
            VolumeMounts =
            [
                new V1VolumeMount { Name = ModelVolume.Name, MountPath = Directory },
                new V1VolumeMount { Name = "tmp", MountPath = "/tmp" },
                .. HasSecret(command)
                    ? new[]
                    {
                        new V1VolumeMount
                        {
                            Name = SecretVolume,
                            MountPath = ModelFetchCommand.SecretDirectory,
                            ReadOnlyProperty = true,
                        },
                    }
                    : [],
            ],
        };

    /// <summary>Returns the volume of the Secret that the command reads; none when it reads none.</summary>
    public static IEnumerable<V1Volume> SecretsOf(ModelFetchCommand command) =>
        !HasSecret(command)
            ? []
            :
            [
                new V1Volume
                {
                    Name = SecretVolume,
                    Secret = new V1SecretVolumeSource
                    {
                        SecretName = command.Token?.Name ?? command.RegistrySecret,
                        DefaultMode = GroupRead,
                        Items =
                        [
                            command.Token is { } token
                                ? new V1KeyToPath { Key = token.Key, Path = "token" }
                                : new V1KeyToPath { Key = DockerConfigSecret.Key, Path = "config.json" },
                        ],
                    },
                },
            ];

    private static bool HasSecret(ModelFetchCommand command) =>
        command.Token is not null || command.RegistrySecret.Length > 0;
}
