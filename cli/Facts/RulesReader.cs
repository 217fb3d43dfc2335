using GemmaOperator.Api.Engines;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Weights;
using GemmaOperator.Hosting;
using GemmaOperator.Runtime.Contracts;
using KubectlGemma.Cluster;

namespace KubectlGemma.Facts;

/// <summary>
/// Gathers what the operator's rules look at. Whoever may not read Secrets is told so, and sees what the rules make of
/// the rest.
/// </summary>
/// <param name="cluster">The cluster.</param>
/// <param name="time">The time.</param>
/// <param name="note">Tells what is left out.</param>
/// <param name="serverImage">The operator's server image, for objects that name none; empty: it isn't known.</param>
internal sealed class RulesReader(GemmaCluster cluster, TimeProvider time, Action<string> note, string serverImage = "")
{
    private bool? _hasImageVolumes;
    private bool _readsSecrets = true;

    /// <summary>Returns null where there is no such object.</summary>
    /// <param name="api">The cluster, as it is or as it would be.</param>
    /// <param name="ns">Where the object is.</param>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="KubeApiException">Something else may not be read.</exception>
    public async Task<ImageSnapshot?> GatherAsync(
        IKubeApi api,
        string ns,
        string name,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await ReaderFor(api, await HasImageVolumesAsync(cancellationToken))
                .GatherAsync(ns, name, cancellationToken);
        }
        catch (KubeApiException e) when (_readsSecrets && e is { IsForbidden: true, Request.Resource: "secrets" })
        {
            _readsSecrets = false;
            note("not allowed to get secrets: whether those that the spec names are there, and right, isn't looked at");
            return await GatherAsync(api, ns, name, cancellationToken);
        }
    }

    /// <summary>Says that the operator's default decides, and isn't known; null otherwise.</summary>
    public string? Unknown(ImageSnapshot s) =>
        s.Spec.Rollout
            is { Mode.Value: RolloutMode.Managed, Server: { Image: null or "", Engine.Value: ServerEngine.Builtin } }
        && serverImage.Length == 0
        && UpgradeReader.ServerOf(s.Builds).Length == 0
            ? "spec.rollout.server.image: it is empty, and no build tells whether the operator has a default, and which"
            : null;

    private UpgradeReader ReaderFor(IKubeApi api, bool hasImageVolumes) =>
        new(api, options: null, hasImageVolumes, time, serverImage, _readsSecrets);

    private async Task<bool> HasImageVolumesAsync(CancellationToken cancellationToken) =>
        _hasImageVolumes ??= ImageVolumes.AreMounted(await cluster.MinorVersionAsync(cancellationToken));
}
