using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Hosting;
using GemmaOperator.Registry.Access;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;
using LocalCluster.Images;
using LocalCluster.Nodes;
using Operator.Tests.Api;
using Operator.Tests.Clusters;
using Prometheus;

namespace Operator.Tests.Flow;

/// <content>What people do to the cluster, and what is waited for.</content>
internal sealed partial class Stage
{
    public GemmaBaseImage Image(Func<GemmaBaseImageSpec, GemmaBaseImageSpec>? change = null)
    {
        var spec = new GemmaBaseImageSpec
        {
            Base = new BaseSpec
            {
                Pytorch = "2.10.0",
                Cuda = "12.8",
                Cudnn = "9",
            },
            SystemPackages = ["curl"],
            Output = new OutputSpec { Repository = Repository, Insecure = true },
            Rollout = new RolloutSpec
            {
                Server = new ServerSpec { Image = $"{Registry.Host}/team/server:1" },
                Rollback = new RollbackSpec { SoakTime = "0s" },
            },
        };
        return new GemmaBaseImage
        {
            Metadata = new V1ObjectMeta { Name = "gemma", NamespaceProperty = Cluster.Namespace },
            Spec = change is null ? spec : change(spec),
        };
    }

    public Task<GemmaBaseImage> ApplyAsync(GemmaBaseImage image) => Api.ApplyAsync(image, CancellationToken.None);

    /// <summary>The StorageClass of this stage: classes are the cluster's, so each has its own.</summary>
    public string StorageClass => $"{Cluster.Namespace}-disk";

    public Task MakeStorageClassAsync() =>
        Api.ApplyAsync(
            new V1StorageClass
            {
                ApiVersion = "storage.k8s.io/v1",
                Kind = "StorageClass",
                Metadata = new V1ObjectMeta { Name = StorageClass },
                Provisioner = "disk.simulated.example",
                VolumeBindingMode = "Immediate",
            },
            CancellationToken.None
        );

    /// <summary>Deletes the stand-in for the upstream base from the registry.</summary>
    public Task TakeBaseAwayAsync() => DeleteManifestAsync("hub/pytorch/pytorch", "2.10.0-cuda12.8-cudnn9-runtime");

    /// <summary>Deletes the image that a tag stands for from the registry.</summary>
    public async Task DeleteManifestAsync(string repository, string tag)
    {
        await DeleteDigestAsync(repository, Registry.Tags(repository)[tag]);
    }

    /// <summary>Deletes a manifest from the registry.</summary>
    public async Task DeleteDigestAsync(string repository, string digest)
    {
        using var response = await _http.DeleteAsync(
            new Uri($"http://{Registry.Host}/v2/{repository}/manifests/{digest}")
        );
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Asks for a build as a person would.</summary>
    public Task AskForBuildAsync(string request) => AnnotateAsync(ApiGroup.RequestedAtAnnotation, request);

    /// <summary>Changes what means nothing to the operator but that there is something to look at.</summary>
    public Task NudgeAsync(string name = "gemma") =>
        AnnotateAsync("example.com/nudge", Guid.NewGuid().ToString(), name);

    /// <inheritdoc cref="NudgeAsync(string)"/>
    public Task NudgeAsync(GemmaBuild build) =>
        Api.PatchAsync<GemmaBuild>(
            Cluster.Namespace,
            build.BuildName,
            new JsonObject
            {
                ["metadata"] = new JsonObject
                {
                    ["annotations"] = new JsonObject { ["example.com/nudge"] = Guid.NewGuid().ToString() },
                },
            },
            null,
            CancellationToken.None
        );

    private Task AnnotateAsync(string key, string value, string name = "gemma") =>
        Api.PatchAsync<GemmaBaseImage>(
            Cluster.Namespace,
            name,
            new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [key] = value } } },
            null,
            CancellationToken.None
        );

    public async Task<GemmaBaseImage> ReadAsync(string name = "gemma") =>
        await Api.GetAsync<GemmaBaseImage>(Cluster.Namespace, name, CancellationToken.None)
        ?? throw new AssertionException("the GemmaBaseImage is gone");

    /// <summary>Waits until the image says what is wanted of it.</summary>
    public async Task<GemmaBaseImage> UntilAsync(
        Func<GemmaBaseImage, bool> condition,
        string promise,
        string name = "gemma",
        Func<Task>? each = null
    )
    {
        GemmaBaseImage? last = null;
        await Eventually.ThatAsync(
            async () =>
            {
                await (each?.Invoke() ?? Task.CompletedTask);
                return condition(last = await ReadAsync(name));
            },
            promise,
            () => KubernetesJson.Serialize(last!.Status)
        );
        return last!;
    }

    public Task<GemmaBaseImage> UntilReadyAsync(string name = "gemma") =>
        UntilAsync(
            i => i.Status?.ObservedGeneration == i.Metadata.Generation && Is(i, ConditionType.Ready, "True"),
            "Ready is True",
            name
        );

    public async Task<IReadOnlyList<T>> ListAsync<T>(string? labelSelector = null)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        [
            .. (
                await Api.ListAsync<T>(
                    new ListQuery { Namespace = Cluster.Namespace, LabelSelector = labelSelector },
                    CancellationToken.None
                )
            ).Items,
        ];

    /// <summary>Waits until pods of this image answer, and none of another are left.</summary>
    public Task UntilServedAsync(string reference) =>
        Eventually.ThatAsync(
            async () =>
                (await ListAsync<V1Pod>())
                    .Where(p =>
                        p.Metadata.DeletionTimestamp is null
                        && p.Spec.Containers[0].Name == ServingDeployment.ContainerName
                    )
                    .ToList()
                    is { Count: > 0 } pods
                && pods.All(p => p.Spec.Containers[0].Image == reference && p.Server?.Ready == true),
            $"{reference} serves"
        );

    /// <summary>How many Jobs of a kind there are, by the name of their container.</summary>
    public async Task<int> JobsAsync(string container) =>
        (await ListAsync<V1Job>()).Count(j =>
            (j.Spec.Template.Spec.InitContainers ?? [])
                .Append(j.Spec.Template.Spec.Containers[0])
                .Any(c => c.Name == container)
        );

    public static bool Is(GemmaBaseImage image, string type, string status, string? reason = null) =>
        image.Status?.Conditions.Any(c =>
            c.Type == type && c.Status == status && (reason is null || c.Reason == reason)
        ) == true;

    /// <summary>Writes the ConfigMap named <c>reqs</c>.</summary>
    public Task WriteRequirementsAsync(string text) =>
        Api.ApplyAsync(
            new V1ConfigMap
            {
                ApiVersion = "v1",
                Kind = "ConfigMap",
                Metadata = new V1ObjectMeta { Name = "reqs", NamespaceProperty = Cluster.Namespace },
                Data = new Dictionary<string, string>(StringComparer.Ordinal) { ["requirements.txt"] = text },
            },
            CancellationToken.None
        );
}
