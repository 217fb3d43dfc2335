using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Owners;
using GemmaOperator.Registry.Access;
using GemmaOperator.Runtime.Contracts;

namespace GemmaOperator.Builds.Reconcile;

/// <summary>
/// Looks up whose a build is. A cache may be behind what was announced for it; the API server is asked before a build
/// is called somebody else's.
/// </summary>
internal sealed class BuildOwners(IIndexer<GemmaBaseImage> images, IKubeApi api, RepositoryPolicy policy)
{
    /// <summary>
    /// Returns where the build comes from, what another object has of its repositories, and its object.
    /// </summary>
    public async Task<(BuildOrigin Origin, TakenRepository? Taken, GemmaBaseImage? Image)> ReadAsync(
        GemmaBuild build,
        CancellationToken cancellationToken
    )
    {
        var spec = BuildObject.Spec(build);
        var (ns, name) = (build.Metadata.NamespaceProperty, spec.ImageRef.Name);
        var image = images.Get(ns, name);
        if ((image is null || !OwnBuilds.Confirms(image, build)) && !build.IsFinished)
        {
            image = await api.GetAsync<GemmaBaseImage>(ns, name, cancellationToken);
        }

        return image is null || !OwnBuilds.Confirms(image, build)
            ? (BuildOrigin.Unknown, null, null)
            : (BuildOrigin.Own, RepositoryLookup.FindTaken(image, spec.Template, images, policy), image);
    }
}
