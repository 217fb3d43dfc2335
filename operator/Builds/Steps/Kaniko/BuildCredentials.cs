using GemmaOperator.Api.Builds;
using GemmaOperator.Cluster;
using GemmaOperator.Registry.Access;
using k8s.Models;

namespace GemmaOperator.Builds.Steps.Kaniko;

/// <summary>Says which Secret the build pod reads its registry credentials from.</summary>
internal static class BuildCredentials
{
    /// <summary>Decides whether the pod needs a Secret of its own, made of two.</summary>
    public static bool NeedsMerge(BuildTemplate template) =>
        template.PushSecretName is { } push && template.PullSecretName is { } pull && push != pull;

    /// <summary>Returns the Secret that the pod mounts; null when it needs none.</summary>
    public static string? Mounted(GemmaBuild build)
    {
        var template = BuildObject.Spec(build).Template;
        return NeedsMerge(template) ? MergedName(build) : template.PushSecretName ?? template.PullSecretName;
    }

    public static string MergedName(GemmaBuild build) => ObjectName.With(build.Metadata.Name, "-auth");

    /// <summary>Renders the merged Secret; it goes away with its GemmaBuild.</summary>
    public static V1Secret Merged(GemmaBuild build, byte[] dockerConfig) =>
        new()
        {
            ApiVersion = "v1",
            Kind = "Secret",
            Type = DockerConfigSecret.Type,
            Metadata = BuildObject.Metadata(build, MergedName(build)),
            Immutable = true,
            Data = new Dictionary<string, byte[]>(StringComparer.Ordinal) { [DockerConfigSecret.Key] = dockerConfig },
        };
}
