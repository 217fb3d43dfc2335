using GemmaOperator.Api.Builds;
using GemmaOperator.Cluster;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.References;
using k8s.Models;

namespace GemmaOperator.Builds.Steps.Kaniko;

/// <summary>Says which Secret the build pod reads its registry credentials from.</summary>
internal static class BuildCredentials
{
    /// <summary>Decides whether the pod needs a Secret of its own, made of two.</summary>
    public static bool NeedsMerge(BuildTemplate template) =>
        template.PushSecretName is { } push && template.PullSecretName is { } pull && push != pull;

    /// <summary>Returns the Secret that the pod mounts; null when it needs none.</summary>
    /// <param name="build">The build.</param>
    /// <param name="hasOwn">Whether it has a Secret of its own because Kaniko would misread the one it names.</param>
    public static string? Mounted(GemmaBuild build, bool hasOwn)
    {
        var template = BuildObject.Spec(build).Template;
        return hasOwn || NeedsMerge(template) ? MergedName(build) : template.PushSecretName ?? template.PullSecretName;
    }

    /// <summary>Lists where the build reads and writes images: base, result and cache, and their mirrors.</summary>
    public static IReadOnlyList<ImageLocation> Repositories(GemmaBuild build, RegistryMirrors mirrors)
    {
        var spec = BuildObject.Spec(build);
        var output = spec.Template.Output.Repository;
        var cache = spec.Template.Build.Cache.Repository;
        string[] named = [output, cache.Length > 0 ? cache : $"{output}/cache"];
        List<ImageRepository> repositories =
        [
            .. named
                .Select(n => ImageRepository.TryParse(n, out var repository, out _) ? repository : null)
                .OfType<ImageRepository>(),
        ];
        if (ImageReference.TryParse(spec.Resolved.BaseReference, out var reference, out _))
        {
            repositories.Add(reference.Repository);
        }

        return
        [
            .. repositories.SelectMany(r => new[] { new ImageLocation(r.Host, r.Path), mirrors.Locate(r) }).Distinct(),
        ];
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
