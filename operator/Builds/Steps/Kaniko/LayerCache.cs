using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Isolation;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Builds.Steps.Kaniko;

/// <summary>Says where a build's layers are cached, and whether it may add to them.</summary>
internal static class LayerCache
{
    /// <exception cref="FormatException">A repository can't be read, which validation would have said.</exception>
    public static ImageRepository Repository(BuildTemplate template) =>
        ImageRepository.Parse(
            template.Build.Cache.Repository is { Length: > 0 } named ? named : $"{template.Output.Repository}/cache"
        );

    /// <summary>
    /// Decides whether layers go to the cache. What an isolated build puts there, code of packages has made: others
    /// that read the same cache would run it, so that it must be asked for where the cache isn't the object's own.
    /// </summary>
    public static bool IsWritten(BuildTemplate template) =>
        template.Build.Cache.Access is { } said
            ? said == CacheAccess.ReadWrite
            : !template.IsIsolated || IsOwn(template);

    /// <summary>Decides whether a cache is below the output repository, which belongs to one object.</summary>
    private static bool IsOwn(BuildTemplate template)
    {
        var (cache, output) = (Repository(template), ImageRepository.Parse(template.Output.Repository));
        return cache.Host == output.Host && cache.Path.StartsWith($"{output.Path}/", StringComparison.Ordinal);
    }
}
