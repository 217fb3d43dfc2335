using GemmaOperator.Api;

namespace GemmaOperator.Build;

/// <summary>The executor's flags (osscontainertools/kaniko v1.28.3, README "Additional Flags").</summary>
internal static class KanikoFlags
{
    /// <summary>Where the files of the context are mounted.</summary>
    public const string ContextDirectory = "/workspace";

    /// <summary>Kubelet reads the container's termination message from here.</summary>
    public const string TerminationLog = "/dev/termination-log";

    /// <summary>Kaniko's retries default to none.</summary>
    private const string Retries = "3";

    /// <exception cref="ArgumentException">An extra argument isn't allowed, which validation would have said.</exception>
    public static IReadOnlyList<string> For(GemmaBuildSpec spec, KanikoOptions options)
    {
        var template = spec.Template;
        var pinned = PinnedBase.Parse(spec.Resolved.BaseReference, spec.Resolved.BaseDigest, "spec.resolved").Value;
        var extra = KanikoArgs.Parse(template.Build.ExtraArgs, "spec.template.build.extraArgs").Value;
        List<KanikoFlag> ours =
        [
            new("context", $"dir://{ContextDirectory}"),
            new("dockerfile", $"{ContextDirectory}/{BuildContext.DockerfileKey}"),
            new("destination", $"{template.Output.Repository}:{CandidateTag.Of(spec)}"),
            new("build-arg", $"BASE_IMAGE={pinned}"),
            new("build-arg", $"CACHE_EPOCH={spec.Resolved.CacheEpoch}"),
            new("custom-platform", template.Platform),
            new("digest-file", TerminationLog),
            new("push-retry", Retries),
            new("image-fs-extract-retry", Retries),
            new("image-download-retry", Retries),
            // Compares times, sizes and owners instead of hashing some 10 GB after every step.
            new("snapshot-mode", "redo"),
            // Keeps memory flat: a compressed layer of several GB would be held in memory on its way to the cache.
            new("compressed-caching", "false"),
            new("log-format", "text"),
            .. Cache(template),
            .. Registries(template, options),
        ];
        // Kubernetes expands $(NAME) in arguments; $$ is a plain dollar.
        return [.. extra.Over(ours).Select(flag => flag.ToString().Replace("$", "$$", StringComparison.Ordinal))];
    }

    private static IEnumerable<KanikoFlag> Cache(BuildTemplate template)
    {
        var cache = template.Build.Cache;
        if (cache.Mode != "Registry") yield break;
        yield return new KanikoFlag("cache", "true");
        yield return new KanikoFlag("cache-repo", cache.Repository.Length > 0 ? cache.Repository : $"{template.Output.Repository}/cache");
        yield return new KanikoFlag("cache-ttl", cache.Ttl);
    }

    private static IEnumerable<KanikoFlag> Registries(BuildTemplate template, KanikoOptions options)
    {
        var insecure = new SortedSet<string>(StringComparer.Ordinal);
        if (template.Output.Insecure) insecure.Add(template.Output.Repository.Split('/')[0]);
        foreach (var (registry, mirrors) in options.RegistryMirrors.OrderBy(m => m.Key, StringComparer.Ordinal))
        {
            // go-containerregistry knows Docker Hub by this name only.
            var host = registry == "docker.io" ? "index.docker.io" : registry;
            foreach (var mirror in mirrors)
            {
                var plain = mirror.StartsWith("http://", StringComparison.Ordinal);
                var target = (plain ? mirror["http://".Length..] : mirror.Replace("https://", string.Empty, StringComparison.Ordinal)).TrimEnd('/');
                if (plain) insecure.Add(target.Split('/')[0]);
                yield return new KanikoFlag("registry-map", $"{host}={target}");
            }
        }

        foreach (var host in insecure) yield return new KanikoFlag("insecure-registry", host);
    }
}
