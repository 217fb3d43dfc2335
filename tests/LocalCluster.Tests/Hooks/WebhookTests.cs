using System.Net;
using System.Text.Json.Nodes;
using LocalCluster.Nodes;
using LocalCluster.Tests.Worlds;
using Tests.Shared;

namespace LocalCluster.Tests.Hooks;

/// <summary>Webhooks change and refuse writes, where and as their configuration says.</summary>
public sealed class WebhookTests
{
    private const string ConfigMaps = "/api/v1/namespaces/t/configmaps";
    private const string Pods = "/api/v1/namespaces/t/pods";

    private static readonly HookOptions OfConfigMaps = new()
    {
        Resources = ["configmaps"],
        Operations = ["CREATE", "UPDATE", "DELETE"],
    };

    [Test]
    public async Task What_a_webhook_changes_is_stored_and_belongs_to_no_manager()
    {
        await using var world = await SmallWorld.StartAsync();
        await using var hook = await world.HookAsync(OfConfigMaps, Label);
        var made = await world.CreateAsync(
            ConfigMaps + "?fieldManager=me",
            """{"metadata":{"name":"c"},"data":{"a":"1"}}"""
        );
        var (_, patched) = await world.SendAsync(
            HttpMethod.Patch,
            $"{ConfigMaps}/c?fieldManager=me&force=true",
            """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"},"data":{"a":"2"}}""",
            "application/apply-patch+yaml"
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That((string?)made["metadata"]!["labels"]!["by"], Is.EqualTo("hook CREATE"));
            Assert.That((string?)patched["metadata"]!["labels"]!["by"], Is.EqualTo("hook UPDATE"));
            Assert.That((string?)patched["data"]!["a"], Is.EqualTo("2"));
            Assert.That(made["metadata"]!["managedFields"]!.ToJsonString(), Does.Not.Contain("f:by"));
            Assert.That(hook.Asked.Select(q => q.Operation), Is.EqualTo(new[] { "CREATE", "UPDATE" }));
            Assert.That((string?)hook.Asked.Last().Old!["data"]!["a"], Is.EqualTo("1"));
        }

        static Verdict Label(HookQuestion question)
        {
            var json = question.Object!;
            json["metadata"]!["labels"] = new JsonObject { ["by"] = $"hook {question.Operation}" };
            return Verdict.Changed(json);
        }
    }

    [TestCase("no", 403, null, "admission webhook \"hook.test.example\" denied the request: no")]
    [TestCase("", 0, "Because", "admission webhook \"hook.test.example\" denied the request: Because")]
    [TestCase("", 0, null, "admission webhook \"hook.test.example\" denied the request without explanation")]
    public async Task A_refusal_is_told_in_the_servers_words(string message, int code, string? reason, string words)
    {
        await using var world = await SmallWorld.StartAsync();
        await using var hook = await world.HookAsync(
            OfConfigMaps with
            {
                IsMutating = false,
            },
            _ => Verdict.Denied(message, code, reason)
        );
        var (status, body) = await world.SendAsync(HttpMethod.Post, ConfigMaps, """{"metadata":{"name":"c"}}""");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((int)status, Is.EqualTo(Math.Max(400, code)));
            Assert.That((string?)body["message"], Is.EqualTo(words));
            Assert.That((string?)body["reason"], Is.EqualTo(reason));
            Assert.That((await world.GetAsync(ConfigMaps))["items"]!.AsArray(), Is.Empty);
        }
    }

    [Test]
    public async Task A_delete_can_be_refused_and_a_status_is_no_business_of_whoever_names_the_object()
    {
        await using var world = await SmallWorld.StartAsync();
        await world.CreateAsync(
            Pods,
            """{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"x:1"}]}}"""
        );
        await using var hook = await world.HookAsync(
            new HookOptions { IsMutating = false, Operations = ["*"] },
            q => q.Operation == "DELETE" ? Verdict.Denied("it stays") : Verdict.Allowed
        );
        var (written, _) = await world.SendAsync(
            HttpMethod.Patch,
            $"{Pods}/p/status",
            """{"status":{"phase":"Running"}}""",
            "application/merge-patch+json"
        );
        var (deleted, body) = await world.SendAsync(HttpMethod.Delete, $"{Pods}/p", null);
        var (all, _) = await world.SendAsync(HttpMethod.Delete, Pods, null);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(written, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(deleted, Is.EqualTo(HttpStatusCode.Forbidden));
            Assert.That(all, Is.EqualTo(HttpStatusCode.Forbidden));
            Assert.That((string?)body["message"], Does.EndWith("denied the request: it stays"));
            Assert.That(hook.Asked.Select(q => q.Operation), Is.EqualTo(new[] { "DELETE", "DELETE" }));
            Assert.That((string?)hook.Asked.First().Old!["metadata"]!["name"], Is.EqualTo("p"));
        }
    }

    [Test]
    public async Task A_pod_of_a_controller_is_what_a_webhook_made_of_it()
    {
        await using var world = await SmallWorld.StartAsync(
            new NodeOptions { Runner = new PlainRunner(), Step = TimeSpan.FromMilliseconds(1) }
        );
        await using var hook = await world.HookAsync(new HookOptions(), Mirrored);
        await world.CreateAsync(
            "/apis/batch/v1/namespaces/t/jobs",
            """
            {"metadata":{"name":"j"},"spec":{"template":{"spec":{"restartPolicy":"Never",
             "containers":[{"name":"c","image":"x:1"}]}}}}
            """
        );
        await world.UntilAsync("/apis/batch/v1/namespaces/t/jobs", "j", j => (int?)j["status"]?["succeeded"] == 1);
        var pod = (await world.GetAsync(Pods))["items"]![0]!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That((string?)pod["spec"]!["containers"]![0]!["image"], Is.EqualTo("mirror.example/x:1"));
            Assert.That((string?)pod["metadata"]!["name"], Does.StartWith("j-"));
            Assert.That(hook.Asked.Single().Name, Is.Empty, "the name is generated after admission");
            Assert.That(
                (string?)hook.Asked.Single().Object!["spec"]!["containers"]![0]!["imagePullPolicy"],
                Is.EqualTo("IfNotPresent")
            );
        }

        static Verdict Mirrored(HookQuestion question)
        {
            var pod = question.Object!;
            var container = pod["spec"]!["containers"]![0]!;
            container["image"] = $"mirror.example/{container["image"]}";
            return Verdict.Changed(pod);
        }
    }

    [Test]
    public async Task A_webhook_that_is_away_refuses_all_or_nothing_by_its_policy()
    {
        await using var world = await SmallWorld.StartAsync();
        await using var strict = await world.HookAsync(OfConfigMaps, _ => Verdict.Allowed);
        await strict.StopAnsweringAsync();
        var (status, body) = await world.SendAsync(HttpMethod.Post, ConfigMaps, """{"metadata":{"name":"c"}}""");
        await strict.DisposeAsync();
        await using var lax = await world.HookAsync(
            OfConfigMaps with
            {
                FailurePolicy = "Ignore",
            },
            _ => Verdict.Allowed
        );
        await lax.StopAnsweringAsync();
        await world.CreateAsync(ConfigMaps, """{"metadata":{"name":"c"}}""");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(status, Is.EqualTo(HttpStatusCode.InternalServerError));
            Assert.That((string?)body["reason"], Is.EqualTo("InternalError"));
            Assert.That(
                (string?)body["message"],
                Does.Match(
                    "^Internal error occurred: failed calling webhook \"hook\\.test\\.example\": failed to call "
                        + "webhook: Post \"https://127\\.0\\.0\\.1:\\d+/decide\\?timeout=10s\": dial tcp "
                        + "127\\.0\\.0\\.1:\\d+: connect: connection refused$"
                )
            );
        }
    }

    [Test]
    public async Task A_dry_run_is_asked_about_only_where_that_changes_nothing()
    {
        await using var world = await SmallWorld.StartAsync();
        await using var hook = await world.HookAsync(
            OfConfigMaps with
            {
                SideEffects = "NoneOnDryRun",
            },
            _ => Verdict.Allowed
        );
        await world.CreateAsync($"{ConfigMaps}?dryRun=All", """{"metadata":{"name":"c"}}""");
        Assert.That(hook.Asked.Single().IsDryRun);
        Assert.That((await world.GetAsync(ConfigMaps))["items"]!.AsArray(), Is.Empty);
    }

    [Test]
    public async Task Objects_of_other_namespaces_and_labels_are_let_through_unasked()
    {
        await using var world = await SmallWorld.StartAsync();
        await using var hook = await world.HookAsync(
            OfConfigMaps with
            {
                Labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["app"] = "x" },
            },
            _ => Verdict.Denied("no")
        );
        await world.CreateAsync("/api/v1/namespaces/default/configmaps", Named("a", "x"));
        await world.CreateAsync(ConfigMaps, Named("b", "y"));
        var (status, _) = await world.SendAsync(HttpMethod.Post, ConfigMaps, Named("c", "x"));
        Assert.That(status, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That(hook.Asked, Has.Count.EqualTo(1));

        static string Named(string name, string app) =>
            $$$"""{"metadata":{"name":"{{{name}}}","labels":{"app":"{{{app}}}"} }}""";
    }

    [Test]
    public async Task A_webhook_may_ask_the_server_while_it_is_asked()
    {
        await using var world = await SmallWorld.StartAsync();
        await using var hook = await world.HookAsync(OfConfigMaps, AskBack);
        await world.CreateAsync(ConfigMaps, """{"metadata":{"name":"c"}}""");
        var (status, body) = await world.SendAsync(
            HttpMethod.Patch,
            $"{ConfigMaps}/c",
            """{"data":{"mine":"1"}}""",
            "application/merge-patch+json"
        );
        Assert.That(status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((string?)body["data"]!["mine"], Is.EqualTo("1"));

        async Task<Verdict> AskBack(HookQuestion question)
        {
            await world.GetAsync($"{ConfigMaps}/c");
            return Verdict.Allowed;
        }
    }

    [TestCase("""{"name":"a"}""", "webhooks[0].name: Invalid value: \"a\": should be a domain with at least three")]
    [TestCase("""{"name":"a.b.c","clientConfig":{}}""", "exactly one of url or service is required")]
    [TestCase("""{"name":"a.b.c","clientConfig":{"url":"http://x"}}""", "'https' is the only allowed URL scheme")]
    public async Task A_configuration_that_nobody_could_follow_is_refused(string webhook, string why)
    {
        await using var world = await SmallWorld.StartAsync();
        var (status, body) = await world.SendAsync(
            HttpMethod.Post,
            "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations",
            $$$"""{"metadata":{"name":"w"},"webhooks":[{{{webhook}}}]}"""
        );
        Assert.That(status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That((string?)body["message"], Does.Contain(why));
    }
}
