using GemmaOperator.Api.Builds;
using GemmaOperator.Cluster;
using k8s.Models;

namespace GemmaOperator.Builds.Steps.Kaniko;

/// <summary>Which Secret the build pod reads its registry credentials from.</summary>
internal static class BuildCredentials
{
    /// <summary>Key of a Secret of type <c>kubernetes.io/dockerconfigjson</c>.</summary>
    public const string Key = ".dockerconfigjson";

    public const string SecretType = "kubernetes.io/dockerconfigjson";

    /// <summary>Secret for pushing; null without one.</summary>
    public static string? PushSecret(BuildTemplate template) =>
        template.Output.Credentials is { Type: "Secret", SecretRef.Name: { Length: > 0 } name } ? name : null;

    /// <summary>Secret for pulling the base; null without one.</summary>
    public static string? PullSecret(BuildTemplate template) =>
        template.PullSecretRef is { Name.Length: > 0 } reference ? reference.Name : null;

    /// <summary>Whether the pod needs a Secret of its own, made of two.</summary>
    public static bool NeedsMerge(BuildTemplate template) =>
        PushSecret(template) is { } push && PullSecret(template) is { } pull && push != pull;

    /// <summary>Secret that the pod mounts; null when it needs none.</summary>
    public static string? Mounted(GemmaBuild build)
    {
        var template = BuildObject.Spec(build).Template;
        return NeedsMerge(template) ? MergedName(build) : PushSecret(template) ?? PullSecret(template);
    }

    public static string MergedName(GemmaBuild build) => ObjectName.With(build.Metadata.Name, "-auth");

    /// <summary>The merged Secret; it goes away with its GemmaBuild.</summary>
    public static V1Secret Merged(GemmaBuild build, byte[] dockerConfig) => new()
    {
        ApiVersion = "v1",
        Kind = "Secret",
        Type = SecretType,
        Metadata = BuildObject.Metadata(build, MergedName(build)),
        Immutable = true,
        Data = new Dictionary<string, byte[]>(StringComparer.Ordinal) { [Key] = dockerConfig },
    };
}
