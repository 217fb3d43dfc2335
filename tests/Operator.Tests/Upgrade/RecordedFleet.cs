using System.Globalization;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Operator.Tests.Api;
using Operator.Tests.Clusters;
using Operator.Tests.Flow;

namespace Operator.Tests.Upgrade;

/// <summary>Puts into a cluster what a release before has left in another.</summary>
internal static class RecordedFleet
{
    /// <summary>What the code of 2026-11-29 (d611bd5) wrote; it stays as it is.</summary>
    public const string BeforeUpgradesWereTold = "before-upgrades-were-told.jsonl.gz";

    /// <summary>Given by the API server, and not to be asked for.</summary>
    private static readonly string[] Given = ["uid", "resourceVersion", "creationTimestamp", "generation", "selfLink"];

    public static async Task LoadAsync(TestCluster cluster, string recording)
    {
        var configuration = cluster.Configuration();
        foreach (var crd in CrdFile.All)
        {
            await cluster.InstallAsync(
                KubernetesJson.Deserialize<V1CustomResourceDefinition>(crd.Document.ToJsonString())
            );
        }

        using var http = new HttpClient(Tls.HandlerFor(configuration) ?? new SocketsHttpHandler());
        http.BaseAddress = new Uri(configuration.Host);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", configuration.AccessToken);
        var uids = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in Read(recording))
        {
            var item = JsonNode.Parse(
                line.Replace(FleetRecorder.Namespace, cluster.Namespace, StringComparison.Ordinal)
            )!;
            var old = item["metadata"]!["uid"]!.GetValue<string>();
            uids[old] = await CreateAsync(http, cluster.Namespace, item.AsObject(), uids);
        }
    }

    public static IEnumerable<string> Read(string recording)
    {
        using var text = new StreamReader(
            new GZipStream(
                File.OpenRead(Checkout.PathTo("tests", "Operator.Tests", "Upgrade", "recorded", recording)),
                CompressionMode.Decompress
            )
        );
        while (text.ReadLine() is { } line)
        {
            yield return line;
        }
    }

    private static async Task<string> CreateAsync(
        HttpClient http,
        string ns,
        JsonObject item,
        Dictionary<string, string> uids
    )
    {
        var (metadata, status) = (item["metadata"]!.AsObject(), item["status"]);
        foreach (var field in Given)
        {
            metadata.Remove(field);
        }

        if (metadata["ownerReferences"] is JsonArray owners)
        {
            // ReplicaSets aren't recorded: only the pods' labels are looked at.
            if (owners.Any(o => !uids.ContainsKey(o!["uid"]!.GetValue<string>())))
            {
                metadata.Remove("ownerReferences");
            }
            else
            {
                owners[0]!["uid"] = uids[owners[0]!["uid"]!.GetValue<string>()];
            }
        }

        (item["spec"] as JsonObject)?.Remove("clusterIP");
        (item["spec"] as JsonObject)?.Remove("clusterIPs");
        item.Remove("status");
        var path = string.Format(
            CultureInfo.InvariantCulture,
            FleetRecorder.Paths.Single(p => p.EndsWith(PluralOf(item), StringComparison.Ordinal)),
            ns
        );
        var made = await SendAsync(http, HttpMethod.Post, path, item);
        if (status is not null)
        {
            var qos = made["status"]?["qosClass"]?.DeepClone();
            made["status"] = status.DeepClone();
            if (qos is not null)
            {
                // Follows from the spec, and can't be changed.
                made["status"]!["qosClass"] = qos;
            }

            await SendAsync(http, HttpMethod.Put, $"{path}/{made["metadata"]!["name"]}/status", made);
        }

        return made["metadata"]!["uid"]!.GetValue<string>();
    }

    private static string PluralOf(JsonObject item) =>
        "/"
        + item["kind"]!.GetValue<string>() switch
        {
            "PodDisruptionBudget" => "poddisruptionbudgets",
            var kind => $"{kind.ToLowerInvariant()}s",
        };

    private static async Task<JsonObject> SendAsync(HttpClient http, HttpMethod method, string path, JsonObject body)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative))
        {
            Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"),
        };
        using var response = await http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.That(response.IsSuccessStatusCode, $"{method} {path}: {text}");
        return JsonNode.Parse(text)!.AsObject();
    }
}
