using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using GemmaOperator.Hosting;
using k8s.Models;
using Operator.Tests.Clusters;
using Operator.Tests.Flow;

namespace Operator.Tests.Upgrade;

/// <summary>
/// Records what a release leaves in a cluster: it runs on that release's code, once, and what it wrote stays as it is.
/// </summary>
internal static class FleetRecorder
{
    /// <summary>Stands for the namespace in a recording.</summary>
    public const string Namespace = "NAMESPACE";

    /// <summary>Kinds by their path, owners first.</summary>
    public static readonly IReadOnlyList<string> Paths =
    [
        "/api/v1/namespaces/{0}/configmaps",
        "/apis/gemmaoperator.io/v1alpha1/namespaces/{0}/gemmabaseimages",
        "/apis/gemmaoperator.io/v1alpha1/namespaces/{0}/gemmabuilds",
        "/apis/apps/v1/namespaces/{0}/deployments",
        "/api/v1/namespaces/{0}/services",
        "/apis/policy/v1/namespaces/{0}/poddisruptionbudgets",
        "/api/v1/namespaces/{0}/pods",
    ];

    public static async Task RecordAsync(string file)
    {
        await using var stage = await Stage.StartAsync(startOperator: false, gpus: [200]);
        await using var host = new OperatorHost(
            stage.Options with
            {
                ServerImage = $"{stage.Registry.Host}/team/server:1",
                MaxBuilds = 60,
            },
            stage.Cluster.Configuration,
            TestLog.Factory(),
            stage.Time,
            Prometheus.Metrics.NewCustomRegistry()
        );
        await host.StartAsync(CancellationToken.None);
        await host.Working.WaitAsync(TimeSpan.FromSeconds(30));
        foreach (var map in Fleet.ConfigMaps(stage.Cluster.Namespace))
        {
            await stage.Api.ApplyAsync(map, CancellationToken.None);
        }

        foreach (var image in Fleet.Images(stage))
        {
            await stage.ApplyAsync(image);
        }

        foreach (var image in Fleet.Images(stage))
        {
            await stage.UntilReadyAsync(image.Metadata.Name);
        }

        await File.WriteAllLinesAsync(file, await ListAsync(stage));
    }

    private static async Task<IReadOnlyList<string>> ListAsync(Stage stage)
    {
        var configuration = stage.Cluster.Configuration();
        using var http = new HttpClient { BaseAddress = new Uri(configuration.Host) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", configuration.AccessToken);
        var lines = new List<string>();
        foreach (var path in Paths)
        {
            var list = JsonNode
                .Parse(
                    await http.GetStringAsync(
                        new Uri(
                            string.Format(
                                System.Globalization.CultureInfo.InvariantCulture,
                                path,
                                stage.Cluster.Namespace
                            ),
                            UriKind.Relative
                        )
                    )
                )!
                .AsObject();
            foreach (var item in list["items"]!.AsArray().Where(i => IsKept(i!)))
            {
                item!["apiVersion"] = list["apiVersion"]!.DeepClone();
                item["kind"] = list["kind"]!.GetValue<string>()[..^"List".Length];
                item["metadata"]!.AsObject().Remove("managedFields");
                lines.Add(item.ToJsonString().Replace(stage.Cluster.Namespace, Namespace, StringComparison.Ordinal));
            }
        }

        return lines;
    }

    /// <summary>Contexts and pods of builds are of no interest once the builds are over.</summary>
    private static bool IsKept(JsonNode item) =>
        item["metadata"]!["ownerReferences"]?[0]?["kind"]?.GetValue<string>() is not ("GemmaBuild" or "Job")
        && item["metadata"]!["deletionTimestamp"] is null;
}
