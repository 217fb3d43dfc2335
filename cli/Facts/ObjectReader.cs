using System.Text.Json;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;
using KubectlGemma.Cluster;
using KubectlGemma.Output;

namespace KubectlGemma.Facts;

/// <summary>Reads objects by their names; for a name that isn't there it says which are nearest.</summary>
internal sealed class ObjectReader(GemmaCluster cluster, TimeProvider time)
{
    private static readonly KeptFields[] NameAlone = [new("metadata", new KeptFields("name"))];

    private readonly string _ns = cluster.Namespace;

    /// <exception cref="CliException">There is no such GemmaBaseImage.</exception>
    public Task<JsonElement> ImageAsync(string name, CancellationToken cancellationToken) =>
        NamedAsync<GemmaBaseImage>(GemmaBaseImage.KubeKind, name, cancellationToken);

    /// <exception cref="CliException">There is no such GemmaBuild.</exception>
    public Task<JsonElement> BuildAsync(string name, CancellationToken cancellationToken) =>
        NamedAsync<GemmaBuild>(GemmaBuild.KubeKind, name, cancellationToken);

    /// <summary>Returns the builds of one object, newest first.</summary>
    public async Task<IReadOnlyList<JsonElement>> BuildsOfAsync(string image, CancellationToken cancellationToken) =>
        [
            .. (
                await cluster.ListAsync<GemmaBuild>(
                    _ns,
                    $"{ApiGroup.ImageLabel}={image}",
                    fields: null,
                    cancellationToken
                )
            ).Items.OrderByDescending(b =>
                b.At("spec", "number") is { ValueKind: JsonValueKind.Number } n ? n.GetInt64() : 0
            ),
        ];

    /// <summary>Reads an object with its builds and pods, in three requests.</summary>
    public async Task<(ImageTree Tree, JsonElement Raw)> TreeAsync(string name, CancellationToken cancellationToken)
    {
        var image = await ImageAsync(name, cancellationToken);
        var builds = BuildsOfAsync(name, cancellationToken);
        var pods = cluster.ListAsync<V1Pod>(_ns, $"{ApiGroup.ImageLabel}={name}", fields: null, cancellationToken);
        return (
            new ImageTree(
                GemmaCluster.Read<GemmaBaseImage>(image),
                [.. (await builds).Select(GemmaCluster.Read<GemmaBuild>)],
                (await pods).Read<V1Pod>(),
                time.GetUtcNow().UtcDateTime
            ),
            image
        );
    }

    /// <summary>Finds what a name that may be of either kind means; an object goes before a build.</summary>
    /// <exception cref="CliException">There is neither.</exception>
    public async Task<(GemmaBaseImage? Image, GemmaBuild? Build)> EitherAsync(
        string name,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return (GemmaCluster.Read<GemmaBaseImage>(await ImageAsync(name, cancellationToken)), null);
        }
        catch (CliException e) when (e.Code == ExitCode.NotFound)
        {
            try
            {
                return (null, GemmaCluster.Read<GemmaBuild>(await BuildAsync(name, cancellationToken)));
            }
            catch (CliException of) when (of.Code == ExitCode.NotFound)
            {
                var known = await NamesAsync<GemmaBaseImage>(cancellationToken);
                var builds = await NamesAsync<GemmaBuild>(cancellationToken);
                throw new CliException(
                    ExitCode.NotFound,
                    $"there is no GemmaBaseImage and no GemmaBuild {Nearest.Quote(name)} in namespace {_ns}"
                        + Nearest.Suggest(name, [.. known, .. builds]),
                    e
                );
            }
        }
    }

    private async Task<JsonElement> NamedAsync<T>(string kind, string name, CancellationToken cancellationToken)
        where T : IKubernetesObject<V1ObjectMeta>
    {
        try
        {
            return await cluster.GetAsync<T>(_ns, name, cancellationToken);
        }
        catch (KubeApiException e) when (e.IsNotFound && e.Status?.Details?.Name == name)
        {
            throw new CliException(
                ExitCode.NotFound,
                $"there is no {kind} {Nearest.Quote(name)} in namespace {_ns}"
                    + Nearest.Suggest(name, await NamesAsync<T>(cancellationToken)),
                e
            );
        }
    }

    /// <summary>Returns the names of a kind; none where they may not be listed.</summary>
    public async Task<IReadOnlyCollection<string>> NamesAsync<T>(CancellationToken cancellationToken)
        where T : IKubernetesObject<V1ObjectMeta>
    {
        try
        {
            var named = await cluster.ListAsync<PartialObjectMetadata<T>>(_ns, null, NameAlone, cancellationToken);
            return [.. named.Items.Select(i => i.TextAt("metadata", "name") ?? "")];
        }
        catch (KubeApiException)
        {
            return [];
        }
    }
}
