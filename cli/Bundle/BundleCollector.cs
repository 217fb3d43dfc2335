using System.Globalization;
using System.Text.Json;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Runtime.Contracts;
using GemmaOperator.Text;
using k8s.Models;
using KubectlGemma.Cluster;
using KubectlGemma.Facts;
using KubectlGemma.Output.Data;

namespace KubectlGemma.Bundle;

/// <summary>
/// Reads what a report of a problem needs, of one namespace. Secrets and ConfigMaps aren't read at all.
/// </summary>
internal sealed class BundleCollector(GemmaCluster cluster, BundleArchive archive)
{
    private const string Ours = $"{ApiGroup.ManagedByLabel}={ApiGroup.ManagedByValue}";
    private const int TailLines = 500;
    private const int MostLogBytes = 256 * 1024;

    private readonly List<string> _left = [];

    /// <summary>Gets what isn't in it, and why.</summary>
    public IReadOnlyList<string> Left => _left;

    /// <param name="name">The GemmaBaseImage; null: all of the namespace.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task CollectAsync(string? name, CancellationToken cancellationToken)
    {
        var labels = name is null ? null : $"{ApiGroup.ImageLabel}={name}";
        var images = await AddAsync<GemmaBaseImage>(
            "gemmabaseimages",
            null,
            name is null ? null : $"metadata.name={name}",
            cancellationToken
        );
        await AddAsync<GemmaBuild>("gemmabuilds", labels, null, cancellationToken);
        await AddAsync<V1Deployment>("deployments", labels ?? Ours, null, cancellationToken);
        await AddAsync<V1Job>("jobs", name is null ? Ours : labels, null, cancellationToken);
        var pods = await AddAsync<V1Pod>("pods", labels ?? ApiGroup.ImageLabel, null, cancellationToken);
        await AddAsync<Corev1Event>("events", null, null, cancellationToken);
        await TryAsync(
            "the API server's version",
            async () => archive.Add("version.json", (await cluster.VersionAsync(cancellationToken)).GetRawText())
        );
        foreach (var pod in pods)
        {
            await LogsAsync(GemmaCluster.Read<V1Pod>(pod), cancellationToken);
        }

        archive.Add("images.txt", string.Join('\n', images.Select(i => i.TextAt("metadata", "name"))) + "\n");
    }

    private async Task<IReadOnlyList<JsonElement>> AddAsync<T>(
        string folder,
        string? labels,
        string? fields,
        CancellationToken cancellationToken
    )
    {
        IReadOnlyList<JsonElement> items = [];
        await TryAsync(
            folder,
            async () =>
            {
                items = (await cluster.ListAsync<T>(cluster.Namespace, labels, fields, cancellationToken)).Items;
                foreach (var item in items)
                {
                    archive.Add(
                        $"{folder}/{item.TextAt("metadata", "name")}.yaml",
                        YamlText.Write(Redactor.Copy(item)!)
                    );
                }
            }
        );
        return items;
    }

    private async Task LogsAsync(V1Pod pod, CancellationToken cancellationToken)
    {
        foreach (var container in (pod.Spec.InitContainers ?? []).Concat(pod.Spec.Containers))
        {
            await TryAsync(
                string.Create(CultureInfo.InvariantCulture, $"the log of {pod.Metadata.Name}/{container.Name}"),
                async () =>
                {
                    var log = await cluster.Api.ReadLogAsync(
                        pod.Metadata.NamespaceProperty,
                        pod.Metadata.Name,
                        container.Name,
                        TailLines,
                        MostLogBytes,
                        cancellationToken
                    );
                    if (log is { Length: > 0 })
                    {
                        archive.Add($"logs/{pod.Metadata.Name}/{container.Name}.txt", MaskedLog.Clean(log));
                    }
                }
            );
        }
    }

    private async Task TryAsync(string what, Func<Task> add)
    {
        try
        {
            await add();
        }
        catch (KubeApiException e) when (e.IsForbidden || e.IsNotFound || e.IsRefusal)
        {
            _left.Add($"{what}: {ClusterFailure.Of(e).Message}");
        }
    }
}
