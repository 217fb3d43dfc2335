using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace LocalCluster.Tests.Reads;

/// <summary>
/// GET of a pod's log. Nothing was recorded of it: messages and order are those of pkg/registry/core/pod/strategy.go
/// and pkg/kubelet in Kubernetes' source.
/// </summary>
internal sealed class LogTests
{
    private const string Pods = "/api/v1/namespaces/default/pods";

    [TestCase("", 200, "one\ntwo\n\nthree\n")]
    [TestCase("?container=main&tailLines=2", 200, "\nthree\n")]
    [TestCase("?tailLines=0", 200, "")]
    [TestCase("?tailLines=99", 200, "one\ntwo\n\nthree\n")]
    [TestCase("?tailLines=3&limitBytes=5", 200, "two\n\n")]
    [TestCase("?container=other", 400, "container other is not valid for pod p")]
    [TestCase(
        "?tailLines=-1",
        422,
        "PodLogOptions \"p\" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0"
    )]
    [TestCase(
        "?limitBytes=0",
        422,
        "PodLogOptions \"p\" is invalid: limitBytes: Invalid value: 0: must be greater than 0"
    )]
    [TestCase("?previous=true", 501, "LocalCluster doesn't serve previous of a log")]
    public async Task A_container_s_log_is_read(string query, int code, string body)
    {
        await using var world = await World.StartAsync();
        await world.RunAsync("p", "main");
        Assert.That(await world.GetAsync($"p/log{query}"), Is.EqualTo((code, body)));
    }

    [Test]
    public async Task A_pod_of_two_containers_must_be_asked_for_one()
    {
        await using var world = await World.StartAsync();
        await world.RunAsync("p", "a", "b");
        Assert.That(
            await world.GetAsync("p/log"),
            Is.EqualTo((400, "a container name must be specified for pod p, choose one of: [a b]"))
        );
        Assert.That(
            await world.GetAsync("p/log?container=b"),
            Is.EqualTo((400, "container \"b\" in pod \"p\" is not available"))
        );
    }

    [Test]
    public async Task What_has_not_begun_has_no_log()
    {
        await using var world = await World.StartAsync();
        await world.CreateAsync("p", "main");
        Assert.That(await world.GetAsync("p/log"), Is.EqualTo((200, "")), "no node yet");
        await world.BindAsync("p");
        await world.StatusAsync(
            "p",
            new JsonObject { ["waiting"] = new JsonObject { ["reason"] = "ContainerCreating" } }
        );
        Assert.That(
            await world.GetAsync("p/log"),
            Is.EqualTo((400, "container \"main\" in pod \"p\" is waiting to start: ContainerCreating"))
        );
        Assert.That(await world.GetAsync("gone/log"), Is.EqualTo((404, "pods \"gone\" not found")));
    }

    private sealed class World(ApiServer cluster, HttpClient http) : IAsyncDisposable
    {
        public static async Task<World> StartAsync()
        {
            var cluster = await ApiServer.StartAsync(new ApiServerOptions(), CancellationToken.None);
            cluster.Logs = (_, _, _) => "one\ntwo\n\nthree\n";
            var http = new HttpClient { BaseAddress = cluster.Endpoint };
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", cluster.Token);
            return new World(cluster, http);
        }

        public async Task RunAsync(string name, params string[] containers)
        {
            await CreateAsync(name, containers);
            await BindAsync(name);
            await StatusAsync(
                name,
                new JsonObject { ["running"] = new JsonObject { ["startedAt"] = "2026-11-23T08:00:00Z" } },
                containers[0]
            );
        }

        public Task CreateAsync(string name, params string[] containers) =>
            SendAsync(
                HttpMethod.Post,
                Pods,
                new JsonObject
                {
                    ["metadata"] = new JsonObject { ["name"] = name },
                    ["spec"] = new JsonObject
                    {
                        ["containers"] = new JsonArray([
                            .. containers.Select(c => (JsonNode)new JsonObject { ["name"] = c, ["image"] = "x" }),
                        ]),
                    },
                }
            );

        public Task BindAsync(string name) =>
            SendAsync(
                HttpMethod.Post,
                $"{Pods}/{name}/binding",
                new JsonObject { ["target"] = new JsonObject { ["name"] = "node-0" } }
            );

        public Task StatusAsync(string name, JsonObject state, string container = "main") =>
            SendAsync(
                HttpMethod.Patch,
                $"{Pods}/{name}/status",
                new JsonObject
                {
                    ["status"] = new JsonObject
                    {
                        ["containerStatuses"] = new JsonArray(
                            new JsonObject
                            {
                                ["name"] = container,
                                ["image"] = "x",
                                ["imageID"] = "x",
                                ["ready"] = false,
                                ["restartCount"] = 0,
                                ["state"] = state,
                            }
                        ),
                    },
                }
            );

        public async Task<(int Code, string Text)> GetAsync(string path)
        {
            using var response = await http.GetAsync(new Uri($"{Pods}/{path}", UriKind.Relative));
            var text = await response.Content.ReadAsStringAsync();
            return (
                (int)response.StatusCode,
                response.IsSuccessStatusCode ? text : (string)JsonNode.Parse(text)!["message"]!
            );
        }

        public async ValueTask DisposeAsync()
        {
            http.Dispose();
            await cluster.DisposeAsync();
        }

        private async Task SendAsync(HttpMethod method, string path, JsonObject body)
        {
            using var request = new HttpRequestMessage(method, path)
            {
                Content = JsonContent.Create(
                    body,
                    new MediaTypeHeaderValue(
                        method == HttpMethod.Patch ? "application/merge-patch+json" : "application/json"
                    )
                ),
            };
            using var response = await http.SendAsync(request);
            response.EnsureSuccessStatusCode();
        }
    }
}
