using GemmaOperator.Api.Builds;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.References;

namespace GemmaOperator.BaseImages.Preflight;

/// <summary>
/// Asks registries whether repositories can be written, by beginning an upload and giving it up: that is all that the
/// distribution API tells without a push, and what Kaniko asks, too, before it builds.
/// </summary>
internal sealed class RepositoryReader(RegistryClientFactory door, TimeProvider time)
{
    private readonly RegistryAnswerReader<RepositoryAnswer> _asked = new(
        door,
        time,
        why => new RepositoryAnswer.Unavailable(why),
        answer => answer is RepositoryAnswer.Writable
    );

    /// <summary>Returns what the registry says now, or said a short while ago.</summary>
    public Task<RepositoryAnswer> ReadAsync(
        string ns,
        BuildTemplate template,
        ImageRepository repository,
        CancellationToken cancellationToken
    ) =>
        _asked.AskAsync(
            RegistryQuestion.Of(ns, template, repository.ToString()),
            repository.Host,
            async (client, deadline) =>
            {
                await client.CheckPushAsync(repository, deadline);
                return new RepositoryAnswer.Writable();
            },
            e => (Sort(e), e.RetryAfter),
            cancellationToken
        );

    /// <summary>An answer that is none of the specification's says nothing about the push.</summary>
    private static RepositoryAnswer Sort(RegistryException e) =>
        e.Error switch
        {
            RegistryError.NotFound => new RepositoryAnswer.Missing(e.Message),
            RegistryError.Unauthorized or RegistryError.Denied => new RepositoryAnswer.Refused(e.Message),
            RegistryError.EgressRefused => new RepositoryAnswer.NotAsked(e.Message),
            RegistryError.Unavailable => new RepositoryAnswer.Unavailable(e.Message),
            _ => new RepositoryAnswer.Writable(),
        };
}
