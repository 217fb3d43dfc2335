using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Operator.Tests.Flow;
using Tests.Shared;

namespace Operator.Tests.Clusters;

/// <summary>What a refused write is told is the same, word for word, from LocalCluster and from a real API server.</summary>
public sealed class AdmissionWordsTests
{
    private const string Group = "apis/admissionregistration.k8s.io/v1";

    [Test]
    public async Task A_policy_refuses_in_its_words()
    {
        await using var cluster = await TestCluster.StartAsync();
        using var api = Client(cluster);
        var name = $"{cluster.Namespace}-policy";
        await SendAsync(
            api,
            $"{Group}/validatingadmissionpolicies",
            $$$"""
            {"metadata":{"name":"{{{name}}}"},"spec":{"matchConstraints":{"resourceRules":[{"apiGroups":[""],
             "apiVersions":["v1"],"resources":["configmaps"],"operations":["CREATE"]}]},"validations":[
             {"expression":"object.metadata.name != 'm'","message":" no m "},
             {"expression":"object.metadata.name != 'e'"},
             {"expression":"object.data.a == 'x'"}]}}
            """
        );
        await SendAsync(
            api,
            $"{Group}/validatingadmissionpolicybindings",
            $$$"""
            {"metadata":{"name":"{{{name}}}"},"spec":{"policyName":"{{{name}}}","validationActions":["Deny"],
             "matchResources":{"namespaceSelector":{"matchLabels":
              {"kubernetes.io/metadata.name":"{{{cluster.Namespace}}}"} } } } }
            """
        );
        var maps = $"api/v1/namespaces/{cluster.Namespace}/configmaps?dryRun=All";
        await Eventually.ThatAsync(
            async () => (await SendAsync(api, maps, Named("m"), mayFail: true))["code"] is not null,
            "the policy is in force"
        );
        var said = new List<string>();
        foreach (var map in new[] { "m", "e", "o" })
        {
            var refused = await SendAsync(api, maps, Named(map), mayFail: true);
            said.Add(
                $"{refused["code"]} {refused["reason"]} {refused["message"]} {refused["details"]!.ToJsonString()}"
            );
        }

        foreach (var kind in new[] { "validatingadmissionpolicies", "validatingadmissionpolicybindings" })
        {
            using var gone = await api.DeleteAsync(new Uri(api.BaseAddress!, $"{Group}/{kind}/{name}"));
        }

        string[] why =
        [
            "no m",
            "failed expression: object.metadata.name != 'e'",
            "expression 'object.data.a == 'x'' resulted in error: no such key: data",
        ];
        Assert.That(
            said,
            Is.EqualTo(
                new[] { "m", "e", "o" }.Zip(
                    why,
                    (map, w) =>
                    {
                        var words = $"ValidatingAdmissionPolicy '{name}' with binding '{name}' denied request: {w}";
                        var details = new JsonObject
                        {
                            ["name"] = map,
                            ["kind"] = "configmaps",
                            ["causes"] = new JsonArray(new JsonObject { ["message"] = words }),
                        };
                        return $"422 Invalid configmaps \"{map}\" is forbidden: {words} {details.ToJsonString()}";
                    }
                )
            )
        );
    }

    [TestCase("no", 403, "Forbidden")]
    [TestCase("", 0, null)]
    public async Task A_webhook_refuses_in_its_words(string message, int code, string? reason)
    {
        await using var cluster = await TestCluster.StartAsync();
        using var api = Client(cluster);
        await using var hook = await cluster.HookAsync(
            new HookOptions { Resources = ["configmaps"], IsMutating = false },
            _ => Verdict.Denied(message, code, reason)
        );
        var refused = await SendAsync(
            api,
            $"api/v1/namespaces/{cluster.Namespace}/configmaps",
            Named("m"),
            mayFail: true
        );
        const string Words = "admission webhook \"hook.test.example\" denied the request";
        Assert.That(
            ((int?)refused["code"], (string?)refused["reason"], (string?)refused["message"]),
            Is.EqualTo(
                (
                    code == 0 ? 400 : code,
                    reason,
                    message.Length > 0 ? $"{Words}: {message}" : $"{Words} without explanation"
                )
            )
        );
    }

    [Test]
    public async Task A_webhook_that_is_away_or_takes_no_dry_run_is_told_of()
    {
        await using var cluster = await TestCluster.StartAsync();
        using var api = Client(cluster);
        await using var hook = await cluster.HookAsync(
            new HookOptions { Resources = ["configmaps"] },
            _ => Verdict.Allowed
        );
        await hook.StopAnsweringAsync();
        var refused = await SendAsync(
            api,
            $"api/v1/namespaces/{cluster.Namespace}/configmaps",
            Named("m"),
            mayFail: true
        );
        Assert.That((string?)refused["reason"], Is.EqualTo("InternalError"));
        Assert.That(
            (string?)refused["message"],
            Does.Match(
                "^Internal error occurred: failed calling webhook \"hook\\.test\\.example\": failed to call webhook: "
                    + "Post \"https://127\\.0\\.0\\.1:\\d+/decide\\?timeout=10s\": dial tcp 127\\.0\\.0\\.1:\\d+: connect: "
                    + "connection refused$"
            )
        );
    }

    [Test]
    public async Task A_changed_pod_is_defaulted_and_a_patch_that_does_not_fit_is_told()
    {
        await using var cluster = await TestCluster.StartAsync();
        using var api = Client(cluster);
        await using var hook = await cluster.HookAsync(
            new HookOptions(),
            q =>
            {
                var pod = q.Object!;
                pod["spec"]!["containers"]!
                    .AsArray()
                    .Add(new JsonObject { ["name"] = "proxy", ["image"] = "mesh.example/proxy:1" });
                return Verdict.Changed(pod);
            }
        );
        var made = await SendAsync(
            api,
            $"api/v1/namespaces/{cluster.Namespace}/pods?dryRun=All",
            """{"metadata":{"generateName":"p-"},"spec":{"containers":[{"name":"c","image":"x:1"}]}}"""
        );
        var proxy = made["spec"]!["containers"]![1]!;
        var asked = hook.Asked.Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That((string?)proxy["imagePullPolicy"], Is.EqualTo("IfNotPresent"));
            Assert.That((string?)proxy["terminationMessagePolicy"], Is.EqualTo("File"));
            Assert.That(asked.Name, Is.Empty);
            Assert.That(asked.IsDryRun);
            Assert.That((string?)asked.Object!["metadata"]!["name"], Is.Null);
            Assert.That((string?)asked.Object!["spec"]!["restartPolicy"], Is.EqualTo("Always"));
            Assert.That(asked.Object!["metadata"]!["uid"], Is.Null);
            Assert.That(asked.Request["requestKind"]!["kind"]!.ToString(), Is.EqualTo("Pod"));
            Assert.That((string?)asked.Request["options"]!["kind"], Is.EqualTo("CreateOptions"));
        }
    }

    private static string Named(string name) => $$$"""{"metadata":{"name":"{{{name}}}"} }""";

    private static HttpClient Client(TestCluster cluster)
    {
        var configuration = cluster.Configuration();
        var api = new HttpClient(Tls.HandlerFor(configuration) ?? new SocketsHttpHandler())
        {
            BaseAddress = new Uri(configuration.Host),
        };
        api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", configuration.AccessToken);
        return api;
    }

    private static async Task<JsonObject> SendAsync(HttpClient api, string path, string body, bool mayFail = false)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await api.PostAsync(new Uri(api.BaseAddress!, path), content);
        var text = await response.Content.ReadAsStringAsync();
        Assert.That(mayFail || response.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!.AsObject();
    }
}
