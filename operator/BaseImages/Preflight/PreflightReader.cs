using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.Cluster;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.References;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;

namespace GemmaOperator.BaseImages.Preflight;

/// <summary>
/// Looks up what a build or a rollout that is about to begin needs: objects of the cluster by GET, Secrets and
/// ConfigMaps in what is watched of them, and what registries say. What the operator has no right to see holds up
/// nothing.
/// </summary>
internal sealed class PreflightReader(
    IKubeApi api,
    ServerImageReader servers,
    RepositoryReader repositories,
    SecretReader? secrets = null,
    ConfigMapReader? configMaps = null,
    BasePlatformReader? bases = null
)
{
    private const string WeightsClaim = "spec.rollout.server.model.existingClaim";

    /// <param name="image">The object.</param>
    /// <param name="build">How the build that is about to begin is made; null when none is.</param>
    /// <param name="isForRollout">Whether the pods are about to be replaced.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<PreflightFacts> ReadAsync(
        GemmaBaseImage image,
        BuildTemplate? build,
        bool isForRollout,
        CancellationToken cancellationToken
    )
    {
        var ns = image.Metadata.NamespaceProperty;
        var missing = new List<NamedObject>();
        IReadOnlyList<string>? modes = null;
        var claims = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var named in NamedObjects.ToLookUp(image.Spec!, build is not null, isForRollout))
        {
            var (isMissing, claim) = await LookUpAsync(ns, named, cancellationToken);
            if (claim?.Spec?.AccessModes is { } found)
            {
                modes = named.Field == WeightsClaim ? [.. found] : modes;
                claims[named.Name] = [.. found];
            }

            if (isMissing)
            {
                missing.Add(named);
            }
        }

        var facts = new PreflightFacts
        {
            IsForBuild = build is not null,
            IsForRollout = isForRollout,
            Missing = missing,
            ClaimAccessModes = modes,
            Claims = claims,
        };
        // One thing at a time: registries aren't asked for a build that can't begin anyway.
        return build is null || missing.Count > 0
            ? facts
            : facts with
            {
                Base = await BaseAsync(image, build, cancellationToken),
                Server = await ServerAsync(ns, build, cancellationToken),
                Repositories = await RepositoriesAsync(ns, build, cancellationToken),
            };
    }

    /// <summary>Asks of the base that is recorded, which is the one that will be built on.</summary>
    private async Task<BasePlatformAnswer?> BaseAsync(
        GemmaBaseImage image,
        BuildTemplate build,
        CancellationToken cancellationToken
    ) =>
        bases is not null && build.IsForSeveral && KnownBase.Read(image.Status?.ResolvedBase) is { } known
            ? await bases.ReadAsync(
                image.Metadata.NamespaceProperty,
                build,
                known.Base.Reference.WithDigest(known.Digest),
                cancellationToken
            )
            : null;

    private async Task<ServerImageAnswer?> ServerAsync(
        string ns,
        BuildTemplate build,
        CancellationToken cancellationToken
    ) =>
        build.Application is { ServerImage.Length: > 0 } application
            ? await servers.ReadAsync(ns, build, ImageReference.Parse(application.ServerImage), cancellationToken)
            : null;

    private async Task<IReadOnlyList<(string, RepositoryAnswer)>> RepositoriesAsync(
        string ns,
        BuildTemplate build,
        CancellationToken cancellationToken
    )
    {
        var answers = new List<(string, RepositoryAnswer)>();
        foreach (
            var (field, repository) in new[]
            {
                ("spec.output.repository", build.Output.Repository),
                ("spec.rollout.server.repository", build.Application?.Repository),
            }
        )
        {
            if (repository is { Length: > 0 })
            {
                var parsed = ImageRepository.Parse(repository);
                answers.Add((field, await repositories.ReadAsync(ns, build, parsed, cancellationToken)));
            }
        }

        return answers;
    }

    private Task<(bool IsMissing, V1PersistentVolumeClaim? Claim)> LookUpAsync(
        string ns,
        NamedObject named,
        CancellationToken cancellationToken
    ) =>
        named.Kind switch
        {
            NamedObjects.Secret => Task.FromResult(
                (secrets?.IsMissing(ns, named.Name) == true, (V1PersistentVolumeClaim?)null)
            ),
            NamedObjects.ConfigMap => Task.FromResult(
                (configMaps?.IsMissing(ns, named.Name) == true, (V1PersistentVolumeClaim?)null)
            ),
            NamedObjects.Claim => IsMissingAsync<V1PersistentVolumeClaim>(ns, named.Name, cancellationToken),
            NamedObjects.Account => WithoutClaim<V1ServiceAccount>(ns, named.Name, cancellationToken),
            NamedObjects.PriorityClass => WithoutClaim<V1PriorityClass>(null, named.Name, cancellationToken),
            NamedObjects.RuntimeClass => WithoutClaim<V1RuntimeClass>(null, named.Name, cancellationToken),
            _ => throw new InvalidOperationException($"nobody looks up a {named.Kind}"),
        };

    private async Task<(bool, V1PersistentVolumeClaim?)> WithoutClaim<T>(
        string? ns,
        string name,
        CancellationToken cancellationToken
    )
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        ((await IsMissingAsync<T>(ns, name, cancellationToken)).IsMissing, null);

    private async Task<(bool IsMissing, T? Found)> IsMissingAsync<T>(
        string? ns,
        string name,
        CancellationToken cancellationToken
    )
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        try
        {
            var found = await api.GetAsync<T>(ns, name, cancellationToken);
            return (found is null, found);
        }
        catch (KubeApiException e) when (e.IsForbidden)
        {
            // An operator of one namespace, or one whose rights are older than it: it can't tell.
            return (false, null);
        }
    }
}
