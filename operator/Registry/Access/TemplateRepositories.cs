using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Owners;
using GemmaOperator.Api.Words;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Registry.Access;

/// <summary>Lists the repositories that builds write to: images, alias tags with them, and cached layers.</summary>
internal static class TemplateRepositories
{
    private const string OutputField = "spec.output.repository";
    private const string ServiceField = "spec.rollout.server.repository";

    extension(BuildTemplate template)
    {
        /// <summary>Gets those of a build; what can't be read is left out, and refused elsewhere.</summary>
        public IReadOnlyList<WrittenRepository> WrittenRepositories =>
            Of(template.Output.Repository, template.Application?.Repository, template.Build.Cache);
    }

    /// <summary>Lists them.</summary>
    /// <param name="output">Repository of the base images.</param>
    /// <param name="service">Repository of the application images; null where none are made.</param>
    /// <param name="cache">Cache of the builds.</param>
    public static IReadOnlyList<WrittenRepository> Of(string output, string? service, CacheSpec? cache)
    {
        var all = new List<WrittenRepository>();
        Add(OutputField, output, RepositoryUse.Images);
        Add(service == output + "-service" ? OutputField : ServiceField, service, RepositoryUse.Images);
        if (cache is null || cache.Mode == CacheMode.Registry)
        {
            var own = cache?.Repository is { Length: > 0 } given ? given : null;
            Add(
                own is null ? OutputField : "spec.build.cache.repository",
                own ?? output + "/cache",
                RepositoryUse.Cache
            );
        }

        return all;

        void Add(string field, string? text, RepositoryUse use)
        {
            if (ImageRepository.TryParse(text, out var repository, out _))
            {
                all.Add(new WrittenRepository(field, repository, use));
            }
        }
    }
}
