using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LocalCluster.Images;
using LocalCluster.Nodes;

namespace LocalCluster.Tests.Nodes;

/// <summary>
/// Jobs and Deployments go through the conditions that the recorded cluster's did, in the same order. Counts between
/// two conditions depend on timing and aren't compared; the last ones are.
/// </summary>
public sealed partial class RecordedStatesTests
{
    private static readonly string[] JobNames = ["ok", "fail", "late", "noimage"];

    [Test]
    public async Task Jobs_pass_through_the_recorded_conditions()
    {
        await using var world = await World.StartAsync();
        var recording = await world.ReadAsync("08-jobs.json");
        foreach (var name in JobNames)
        {
            var body = Step(recording, $"create {name}")["request"]!["body"]!;
            await world.SendAsync(HttpMethod.Post, "/apis/batch/v1/namespaces/t/jobs", body, "application/json");
        }

        foreach (var name in JobNames)
        {
            var recorded = Objects(Step(recording, $"job {name}"));
            var actual = await world.FollowAsync(
                $"/apis/batch/v1/namespaces/t/jobs?fieldSelector=metadata.name%3D{name}",
                o => Has(o, "Complete") || Has(o, "Failed")
            );
            using (Assert.EnterMultipleScope())
            {
                Assert.That(Conditions(actual), Is.EqualTo(Conditions(recorded)), name);
                Assert.That(
                    Last(actual, "succeeded", "failed", "ready", "active"),
                    Is.EqualTo(Last(recorded, "succeeded", "failed", "ready", "active")),
                    name
                );
            }
        }
    }

    [Test]
    public async Task Deployments_pass_through_the_recorded_conditions()
    {
        await using var world = await World.StartAsync();
        var recording = await world.ReadAsync("09-deployments.json");
        foreach (var title in new[] { "first rollout", "second rollout", "bad rollout, image absent", "revert" })
        {
            var request = Step(recording, title)["request"]!;
            var patch = request["body"]!.DeepClone();
            var since = await world.VersionAsync();
            var applied = await world.SendAsync(
                HttpMethod.Patch,
                "/apis/apps/v1/namespaces/t/deployments/d?fieldManager=op&force=true",
                patch,
                "application/apply-patch+yaml"
            );
            var generation = (long)applied["metadata"]!["generation"]!;
            var recorded = Objects(Step(recording, $"{title}: deployment"));
            var end = Conditions(recorded)[^1];
            var actual = await world.FollowAsync(
                "/apis/apps/v1/namespaces/t/deployments",
                o =>
                    (long?)o["status"]?["observedGeneration"] == generation
                    && Conditions([o]).SequenceEqual([end])
                    && Counts(o, "availableReplicas") == Counts(recorded[^1], "availableReplicas"),
                since
            );
            using (Assert.EnterMultipleScope())
            {
                Assert.That(Reasons(actual), Is.EqualTo(Reasons(recorded)), title);
                Assert.That(
                    actual.TrueForAll(o =>
                        o["status"]!["conditions"] is null
                        || Has(o, "Available")
                        || Conditions([o])[0].Contains("NewReplicaSetCreated")
                    ),
                    "Available stays True"
                );
                Assert.That(
                    Last(actual, "replicas", "updatedReplicas", "availableReplicas"),
                    Is.EqualTo(Last(recorded, "replicas", "updatedReplicas", "availableReplicas")),
                    title
                );
            }
        }
    }

    private static JsonObject Step(JsonObject recording, string title) =>
        recording["steps"]!.AsArray().OfType<JsonObject>().First(s => (string)s["title"]! == title);

    private static List<JsonObject> Objects(JsonObject step) =>
        [.. step["response"]!["events"]!.AsArray().Select(e => e!["object"]!.AsObject())];

    private static bool Has(JsonObject o, string type) =>
        (o["status"]?["conditions"] as JsonArray)?.Any(c =>
            (string?)c!["type"] == type && (string?)c["status"] == "True"
        ) == true;

    /// <summary>Returns distinct lists of conditions, in their order; generated names left out.</summary>
    private static List<string> Conditions(IEnumerable<JsonObject> objects) =>
        Distinct(
            objects.Select(o =>
                string.Join(
                    "; ",
                    (o["status"]?["conditions"] as JsonArray ?? [])
                        .Select(c =>
                            $"{c!["type"]}={c["status"]} {c["reason"]} "
                            + $"{ReplicaSet().Replace((string?)c["message"] ?? "", "\"RS\"")}"
                        )
                        .Order(StringComparer.Ordinal)
                )
            )
        );

    /// <summary>Returns the reasons of Progressing, in their order.</summary>
    private static List<string> Reasons(IEnumerable<JsonObject> objects) =>
        Distinct(
            objects
                .Select(o =>
                    (o["status"]?["conditions"] as JsonArray)?.FirstOrDefault(c => (string?)c!["type"] == "Progressing")
                )
                .Where(c => c is not null)
                .Select(c => $"{c!["status"]} {c["reason"]}")
        );

    private static List<string> Distinct(IEnumerable<string> states)
    {
        var list = new List<string>();
        foreach (var state in states.Where(s => s.Length > 0 && (list.Count == 0 || list[^1] != s)))
        {
            if (list.Count == 0 || list[^1] != state)
            {
                list.Add(state);
            }
        }

        return list;
    }

    private static string Last(List<JsonObject> objects, params string[] fields) =>
        string.Join(' ', fields.Select(f => $"{f}={Counts(objects[^1], f)}"));

    private static long Counts(JsonObject o, string field) => (long?)o["status"]?[field] ?? 0;

    [GeneratedRegex("\"d-[a-z0-9]+\"", RegexOptions.None, 1000)]
    private static partial Regex ReplicaSet();

    /// <summary>
    /// Runs a cluster with one node, an empty registry where the recording has none, and containers that do as
    /// recorded.
    /// </summary>
    private sealed class World : IAsyncDisposable
    {
        private readonly HttpClient _http = new();

        private World(ApiServer cluster, ImageRegistry registry, ControlPlane nodes) =>
            (Cluster, Registry, Nodes) = (cluster, registry, nodes);

        private ApiServer Cluster { get; }

        private ImageRegistry Registry { get; }

        private ControlPlane Nodes { get; }

        public static async Task<World> StartAsync()
        {
            var cluster = await ApiServer.StartAsync(new ApiServerOptions(), CancellationToken.None);
            var registry = await ImageRegistry.StartAsync(new ImageRegistryOptions(), CancellationToken.None);
            var nodes = await ControlPlane.StartAsync(
                cluster.Endpoint,
                cluster.Token,
                new NodeOptions
                {
                    Runner = new RecordedRunner(),
                    Registries = new Dictionary<string, string>(StringComparer.Ordinal)
                    {
                        ["127.0.0.1:5000"] = registry.Host,
                    },
                    IsPresent = image => image != "k8s.local/none:1",
                },
                CancellationToken.None
            );
            var world = new World(cluster, registry, nodes);
            await world.SendAsync(
                HttpMethod.Post,
                "/api/v1/namespaces",
                JsonNode.Parse("""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"t"}}""")!,
                "application/json"
            );
            return world;
        }

        public async Task<JsonObject> ReadAsync(string file) =>
            JsonNode
                .Parse(
                    await File.ReadAllTextAsync(
                        Path.Combine(TestContext.CurrentContext.TestDirectory, "recordings", file)
                    )
                )!
                .AsObject();

        public async Task<string> VersionAsync() =>
            (string)
                JsonNode.Parse(await GetAsync("/apis/apps/v1/namespaces/t/deployments"))!["metadata"]![
                    "resourceVersion"
                ]!;

        public async Task<JsonObject> SendAsync(HttpMethod method, string path, JsonNode body, string type)
        {
            using var request = Request(method, path);
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
            using var response = await _http.SendAsync(request);
            var text = await response.Content.ReadAsStringAsync();
            Assert.That(response.IsSuccessStatusCode, text);
            return JsonNode.Parse(text)!.AsObject();
        }

        /// <summary>Returns every state of an object until one satisfies; bounded by the watch's timeout.</summary>
        public async Task<List<JsonObject>> FollowAsync(
            string path,
            Func<JsonObject, bool> isLast,
            string? since = null
        )
        {
            var states = new List<JsonObject>();
            using var request = Request(
                HttpMethod.Get,
                $"{path}{(path.Contains('?', StringComparison.Ordinal) ? "&" : "?")}watch=true&"
                    + $"timeoutSeconds=30&resourceVersion={since ?? "100"}"
            );
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
            while (await reader.ReadLineAsync() is { } line)
            {
                states.Add(JsonNode.Parse(line)!["object"]!.AsObject());
                if (isLast(states[^1]))
                {
                    return states;
                }
            }

            throw new AssertionException(
                $"the last state never came: {states.LastOrDefault()?["status"]?.ToJsonString()}"
            );
        }

        public async ValueTask DisposeAsync()
        {
            await Nodes.DisposeAsync();
            await Registry.DisposeAsync();
            await Cluster.DisposeAsync();
            _http.Dispose();
        }

        private async Task<string> GetAsync(string path)
        {
            using var request = Request(HttpMethod.Get, path);
            using var response = await _http.SendAsync(request);
            return await response.Content.ReadAsStringAsync();
        }

        private HttpRequestMessage Request(HttpMethod method, string path)
        {
            var request = new HttpRequestMessage(method, new Uri(Cluster.Endpoint, path));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Cluster.Token);
            return request;
        }
    }

    /// <summary>Does what the recorded containers did, by the label of their Job.</summary>
    private sealed class RecordedRunner : IPodRunner
    {
        public async Task<ContainerResult> RunAsync(ContainerSpec container, CancellationToken cancellationToken)
        {
            switch (container.Labels.GetValueOrDefault("t"))
            {
                case "ok":
                    container.Log("building");
                    return new ContainerResult(0, "sha256:abc");
                case "fail":
                    container.Log("error: denied");
                    return new ContainerResult(3);
                default:
                    container.Ready();
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
                    return new ContainerResult(0);
            }
        }
    }
}
