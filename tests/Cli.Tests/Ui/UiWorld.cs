using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Cli.Tests.Views;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Runtime.Client;
using k8s;
using k8s.Models;
using Operator.Tests.Api;
using Operator.Tests.Clusters;

namespace Cli.Tests.Ui;

/// <summary>
/// Holds a cluster with what an operator once left in it, as if it were of now: a service whose rollout failed, with
/// its builds and pods, and others that are in other states.
/// </summary>
internal sealed partial class UiWorld : IAsyncDisposable
{
    public const string RolledBack = "gemma-service";
    public const string Well = "gemma-chat";

    private readonly Folder _folder = new();

    private UiWorld(TestCluster cluster, string kubeconfig) =>
        (Cluster, Kubeconfig) = (cluster, _folder.Write("config", kubeconfig));

    public TestCluster Cluster { get; }

    public string Kubeconfig { get; }

    public string Namespace => Cluster.Namespace;

    public static async Task<UiWorld> StartAsync()
    {
        var cluster = await TestCluster.StartAsync();
        if (cluster.Local is not { } local)
        {
            await cluster.DisposeAsync();
            Assert.Ignore("the program is given the kubeconfig of the cluster in this process");
            throw new InvalidOperationException();
        }

        foreach (var crd in CrdFile.All)
        {
            await cluster.InstallAsync(KubernetesYaml.Deserialize<V1CustomResourceDefinition>(crd.Text));
        }

        var world = new UiWorld(cluster, local.Kubeconfig);
        await world.FillAsync();
        return world;
    }

    /// <summary>Runs another command of the program.</summary>
    public Task<Run> RunAsync(params string[] args) =>
        Run.Async([.. args, "--kubeconfig", Kubeconfig, "-n", Namespace]);

    /// <summary>Starts <c>ui</c>.</summary>
    public Task<RunningUi> StartUiAsync(params string[] args) =>
        RunningUi.StartAsync([.. args, "--kubeconfig", Kubeconfig, "-n", Namespace]);

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        _folder.Dispose();
    }

    private async Task FillAsync()
    {
        var ago = TimeProvider.System.GetUtcNow().UtcDateTime - Recording.Now;
        var recorded = JsonNode.Parse(
            Moment()
                .Replace(
                    Recording.RolledBack.GetRawText(),
                    m =>
                        (
                            DateTime.Parse(m.Value, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal)
                            + ago
                        ).ToString("s", CultureInfo.InvariantCulture) + "Z"
                )
        )!;
        await PutAsync<GemmaBaseImage>(recorded["image"]!.AsObject(), RolledBack);
        foreach (var build in recorded["builds"]!.AsArray())
        {
            await PutAsync<GemmaBuild>(build!.AsObject(), null);
        }

        foreach (var pod in recorded["pods"]!.AsArray())
        {
            await PutAsync<V1Pod>(pod!.AsObject(), null);
        }

        foreach (var (name, conditions, suspend) in Others)
        {
            var other = JsonNode
                .Parse(
                    recorded["image"]!.ToJsonString().Replace($"{RolledBack}-b", $"{name}-b", StringComparison.Ordinal)
                )!
                .AsObject();
            var status = other["status"]!.AsObject();
            status.Remove("held");
            status.Remove("rejectedDigests");
            status["conditions"] = new JsonArray([
                .. conditions.Select(c => new JsonObject
                {
                    ["type"] = c.Type,
                    ["status"] = c.Status,
                    ["reason"] = c.Reason,
                    ["message"] = c.Reason,
                    ["lastTransitionTime"] = status["nextScheduleTime"]!.DeepClone(),
                }),
            ]);
            other["spec"]!["suspend"] = suspend;
            await PutAsync<GemmaBaseImage>(other, name);
        }
    }

    private static IEnumerable<(string, (string Type, string Status, string Reason)[], bool)> Others =>
        [
            (
                "embeddings",
                [
                    ("Ready", "True", "Serving"),
                    ("Fresh", "False", "BaseDigestChanged"),
                    ("Reconciling", "True", "Building"),
                ],
                false
            ),
            (
                Well,
                [("Ready", "True", "Serving"), ("Fresh", "True", "UpToDate"), ("Patched", "True", "NothingFound")],
                false
            ),
            (
                "gemma-vision",
                [("Ready", "True", "Serving"), ("Fresh", "True", "UpToDate"), ("Patched", "False", "Vulnerable")],
                false
            ),
            ("reranker", [("Ready", "False", "Suspended"), ("Fresh", "Unknown", "Suspended")], true),
        ];

    private async Task PutAsync<T>(JsonObject recorded, string? name)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var body = recorded.DeepClone().AsObject();
        var status = body["status"]?.DeepClone();
        body.Remove("status");
        // The API server says it by itself, of what the recording has left of the containers.
        (status as JsonObject)?.Remove("qosClass");
        var before = body["metadata"]!.AsObject();
        name ??= (string)before["name"]!;
        body["metadata"] = new JsonObject
        {
            ["name"] = name,
            ["namespace"] = Namespace,
            ["labels"] = before["labels"]?.DeepClone(),
        };
        if (body["spec"]?["resolved"] is JsonObject resolved)
        {
            // The recording leaves it out, and the schema wants one.
            resolved["dockerfile"] = "FROM scratch";
        }

        await Cluster.Api.CreateAsync(
            System.Text.Json.JsonSerializer.Deserialize<T>(body, KubeJson.Options)!,
            CancellationToken.None
        );
        if (status is not null)
        {
            await Cluster.Api.PatchAsync<T>(
                Namespace,
                name,
                new JsonObject { ["status"] = status },
                "status",
                CancellationToken.None
            );
        }
    }

    [GeneratedRegex(@"(?<="")\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z(?="")", RegexOptions.None, 10_000)]
    private static partial Regex Moment();
}
