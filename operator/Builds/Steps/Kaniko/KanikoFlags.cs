using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Builds.Inputs.Cooldowns;
using GemmaOperator.Builds.PodSettings;
using GemmaOperator.Cluster;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.References;
using GemmaOperator.Registry.Staging;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Steps.Kaniko;

/// <summary>Renders the executor's flags (osscontainertools/kaniko v1.28.3, README "Additional Flags").</summary>
internal static class KanikoFlags
{
    /// <summary>Names where the files of the context are mounted.</summary>
    public const string ContextDirectory = "/workspace";

    /// <summary>Kaniko's retries default to none.</summary>
    private const string Retries = "3";

    /// <exception cref="ArgumentException">
    /// An extra argument isn't allowed, which validation would have said.
    /// </exception>
    public static IReadOnlyList<string> For(GemmaBuild build, BuildOptions options, ImageTag? tag = null)
    {
        var spec = BuildObject.Spec(build);
        var template = spec.Template;
        var repository = ImageRepository.Parse(template.Output.Repository);
        var from = StartingImage.Of(spec);
        var extra = KanikoArgs.Parse(template.Build.ExtraArgs, "spec.template.build.extraArgs").Value;
        List<KanikoFlag> ours =
        [
            new("context", $"dir://{ContextDirectory}"),
            new("dockerfile", $"{ContextDirectory}/{BuildContext.DockerfileKey}"),
            .. Images(template, repository, tag ?? CandidateTag.Of(spec), from),
            new("build-arg", $"CACHE_EPOCH={spec.Resolved.CacheEpoch}"),
            .. Cooldown.ValuesOf(spec.Resolved).Select(a => new KanikoFlag("build-arg", $"{a.Key}={a.Value}")),
            .. RunArguments.Of(template).All.Select(a => new KanikoFlag("build-arg", $"{a.Key}={a.Value}")),
            new("custom-platform", template.Platform.Text),
            new("push-retry", Retries),
            new("image-fs-extract-retry", Retries),
            new("image-download-retry", Retries),
            // Compares times, sizes and owners instead of hashing some 10 GB after every step.
            new("snapshot-mode", "redo"),
            // Keeps memory flat: a compressed layer of several GB would be held in memory on its way to the cache.
            new("compressed-caching", "false"),
            new("log-format", "text"),
            .. BuildLabels.Of(build).Select(label => new KanikoFlag("label", $"{label.Key}={label.Value}")),
            .. Cache(template),
            .. Registries(template, repository, from, options),
        ];
        return [.. extra.Over(ours).Select(flag => PodText.Literal(flag.ToString()))];
    }

    /// <summary>
    /// Names what it begins with and the result. An isolated executor reaches both by the staging registry alone, and
    /// what it reports isn't read.
    /// </summary>
    private static KanikoFlag[] Images(
        BuildTemplate template,
        ImageRepository repository,
        ImageTag tag,
        ImageReference from
    ) =>
        template.IsIsolated
            ?
            [
                new("destination", $"{StagingNames.Host}/{StagingNames.Output}:{tag}"),
                new("build-arg", $"BASE_IMAGE={StagingNames.Host}/{StagingNames.Base}@{from.Digest}"),
            ]
            :
            [
                new("destination", $"{repository}:{tag}"),
                new("build-arg", $"BASE_IMAGE={from}"),
                new("digest-file", TerminationLog.Path),
            ];

    private static IEnumerable<KanikoFlag> Cache(BuildTemplate template)
    {
        var cache = template.Build.Cache;
        if (cache.Mode != CacheMode.Registry)
        {
            yield break;
        }

        yield return new KanikoFlag("cache", "true");
        yield return new KanikoFlag(
            "cache-repo",
            template.IsIsolated ? $"{StagingNames.Host}/{StagingNames.Cache}" : $"{LayerCache.Repository(template)}"
        );
        if (!LayerCache.IsWritten(template))
        {
            yield return new KanikoFlag("no-push-cache", "true");
        }

        yield return new KanikoFlag("cache-ttl", cache.Ttl.Text);
        // Copied files are few here. A COPY that isn't in the cache has the whole base unpacked, however much else is.
        yield return new KanikoFlag("cache-copy-layers", "true");
    }

    private static IEnumerable<KanikoFlag> Registries(
        BuildTemplate template,
        ImageRepository output,
        ImageReference from,
        BuildOptions options
    )
    {
        foreach (var (host, mirror) in options.Mirrors.Locations.OrderBy(m => m.Key, StringComparer.Ordinal))
        {
            // go-containerregistry knows Docker Hub by its other name only.
            var registry = host == ImageRepository.DefaultHost ? "index.docker.io" : host;
            var path = mirror.Path.Length > 0 || from.Repository.Host != host ? mirror.Path : from.Repository.Path;
            yield return new KanikoFlag("registry-map", $"{registry}={Mapped(mirror, path)}");
        }

        var insecure = new SortedSet<string>(options.InsecureHosts, StringComparer.Ordinal);
        if (template.Output.Insecure)
        {
            insecure.Add(output.Host);
        }

        if (template.IsIsolated)
        {
            insecure.Add(StagingNames.Host);
        }

        // For pushing and pulling, and for these hosts alone, which --insecure and --insecure-pull wouldn't keep to.
        foreach (var host in insecure)
        {
            yield return new KanikoFlag("insecure-registry", host);
        }
    }

    /// <summary>
    /// Renders where a host is mapped to. Kaniko puts the mirror's path before an image's and reads the whole as a name
    /// (pkg/image/remote, remapRepository), in which a first part with a dot or a colon is a host: of
    /// <c>mirror.example/docker.io</c> it would ask docker.io. So the mirror's own host comes first in the path, too.
    /// </summary>
    private static string Mapped(ImageLocation mirror, string path)
    {
        var first = path.Split('/')[0];
        return first == "localhost" || first.AsSpan().ContainsAny('.', ':') ? $"{mirror.Host}/{mirror}" : $"{mirror}";
    }
}
