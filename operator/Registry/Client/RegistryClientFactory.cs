using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Validation;
using GemmaOperator.Api.Words;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Identities;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Registry.Client;

/// <summary>Opens registries with the credentials that an object names.</summary>
internal sealed class RegistryClientFactory(
    HttpClient http,
    RegistryAccess access,
    SecretReader secrets,
    CloudIdentities identities,
    TimeProvider time,
    RepositoryPolicy? policy = null
)
{
    private readonly RepositoryPolicy _policy = policy ?? RepositoryPolicy.AllowAll;

    /// <summary>
    /// Gets whose turn it is to ask: whatever is asked, a registry that is silent for one is so for all.
    /// </summary>
    public RegistryTurns Turns { get; } = new(time);

    /// <summary>
    /// Returns a client for the base image alone. Where it is in the output's registry and has no Secret of its own,
    /// it is asked for with the output's credentials, as Kaniko will.
    /// </summary>
    public async Task<RegistryClient> ForBaseAsync(
        GemmaBaseImage image,
        ImageRepository repository,
        CancellationToken cancellationToken
    )
    {
        var identity = BaseIdentity.Of(image, repository);
        var ns = image.Metadata.NamespaceProperty;
        var start =
            identity is BaseIdentity.Workload
                ? await WithIdentityAsync(access, ns, [repository], cancellationToken)
                : access;
        return await OpenAsync(
            ns,
            [(identity as BaseIdentity.Secret)?.Name],
            start with
            {
                Fields = RepositoryFields.OfBase(image, repository),
            },
            cancellationToken
        );
    }

    /// <summary>Returns a client that reads with one Secret's credentials; an empty name means none.</summary>
    public Task<RegistryClient> ForPullAsync(string ns, string secret, CancellationToken cancellationToken) =>
        OpenAsync(ns, [secret], access, cancellationToken);

    /// <summary>Returns a client for all that a build reads and writes.</summary>
    public Task<RegistryClient> ForBuildAsync(GemmaBuild build, CancellationToken cancellationToken) =>
        ForTemplateAsync(build.Metadata.NamespaceProperty, build.Spec!.Template, cancellationToken);

    /// <summary>Returns the client that a build of this template would get.</summary>
    public async Task<RegistryClient> ForTemplateAsync(
        string ns,
        BuildTemplate template,
        CancellationToken cancellationToken
    )
    {
        var output = ImageRepository.Parse(template.Output.Repository);
        var written = template.WrittenRepositories;
        if (
            written.FirstOrDefault(w => !_policy.Allows(ns, w.Repository)) is { Repository: { } refused, Field: var at }
        )
        {
            throw new RegistryException(RegistryError.Denied, $"{at}: {_policy.Refuse(ns, refused)}") { Field = at };
        }

        var start = template.Output.Insecure ? access.WithInsecure(output.Host) : access;
        if (template.Output.Credentials.Type == CredentialsType.WorkloadIdentity)
        {
            var read = ImageReference.TryParse(template.Application?.ServerImage, out var server, out _)
                ? server.Repository
                : output;
            start = await WithIdentityAsync(
                start,
                ns,
                [.. written.Select(w => w.Repository).Append(read).Where(r => r.Host == output.Host)],
                cancellationToken
            );
        }

        return await OpenAsync(
            ns,
            [template.PullSecretName, template.PushSecretName],
            start with
            {
                Fields = RepositoryFields.Of(template),
            },
            cancellationToken
        );
    }

    /// <summary>
    /// Adds the token of the operator's own identity: for the repositories alone that the namespace may use it for, at
    /// its cloud's hosts alone, and never over plain HTTP.
    /// </summary>
    /// <exception cref="RegistryException">It may go to none of them.</exception>
    private async Task<RegistryAccess> WithIdentityAsync(
        RegistryAccess start,
        string ns,
        IReadOnlyList<ImageRepository> repositories,
        CancellationToken cancellationToken
    )
    {
        var first = repositories[0];
        if (CloudRegistry.Of(first.Host) is not { } cloud || start.IsInsecure(first.Host))
        {
            throw new RegistryException(
                RegistryError.Denied,
                $"{first}: the workload's identity is for registries of clouds alone "
                    + $"({CloudRegistry.Names}), over HTTPS"
            );
        }

        List<ImageRepository> allowed = [.. repositories.Where(r => _policy.AllowsReading(ns, r))];
        return allowed.Count == 0
            ? throw new RegistryException(RegistryError.Denied, _policy.Refuse(ns, first))
            : start with
            {
                Credentials = start.Credentials.With(
                    DockerConfig.Of(allowed, await identities.CredentialAsync(cloud, cancellationToken))
                ),
            };
    }

    /// <exception cref="RegistryException">A Secret went or broke since it was checked.</exception>
    private async Task<RegistryClient> OpenAsync(
        string ns,
        IReadOnlyList<string?> names,
        RegistryAccess start,
        CancellationToken cancellationToken
    )
    {
        var credentials = start.Credentials;
        foreach (var name in names.Where(n => !string.IsNullOrEmpty(n)).Distinct(StringComparer.Ordinal))
        {
            var (config, _, problem) = await secrets.ReadAsync(ns, name!, cancellationToken);
            credentials = config is not null
                ? credentials.With(config)
                : throw new RegistryException(RegistryError.Unauthorized, problem!);
        }

        return new RegistryClient(http, start with { Credentials = credentials }, time);
    }
}
