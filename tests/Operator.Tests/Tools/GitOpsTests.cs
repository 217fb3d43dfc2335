using System.Text.Json.Nodes;
using LocalCluster.Json;
using LocalCluster.Rules;
using Operator.Tests.Api;

namespace Operator.Tests.Tools;

/// <summary>What <c>deploy/gitops</c> tells Argo CD, Flux and kustomize is right, run in their own languages.</summary>
public sealed class GitOpsTests
{
    private const string Stalled = "Stalled True InvalidSpec no such field";
    private const string Reconciling = "Reconciling True Building a build runs";
    private const string Ready = "Ready True Serving it serves";
    private const string NotReady = "Ready False BuildPending no image yet";

    private static string Folder => Checkout.PathTo("deploy", "gitops");

    private static JsonObject Argo =>
        (JsonObject)YamlReader.Documents(File.ReadAllText(Path.Combine(Folder, "argocd-cm.yaml"))).Single()["data"]!;

    [TestCase("Progressing", "Waiting for the operator")]
    [TestCase("Progressing", "Building: a build runs", NotReady, Reconciling)]
    [TestCase("Healthy", "Serving: it serves", Ready, Reconciling)]
    [TestCase("Healthy", "Serving: it serves", Ready)]
    [TestCase("Degraded", "InvalidSpec: no such field", NotReady, Stalled)]
    [TestCase("Degraded", "InvalidSpec: no such field", Ready, Stalled)]
    [TestCase("Degraded", "BuildPending: no image yet", NotReady)]
    [TestCase("Progressing", "Waiting for the operator", "Available False ModelLoading soon")]
    public async Task Argo_CD_shows_the_health_that_conditions_have(
        string status,
        string message,
        params string[] conditions
    ) => Assert.That(await HealthAsync("GemmaBaseImage", Image(conditions)), Is.EqualTo($"{status}|{message}"));

    [Test]
    public async Task Argo_CD_waits_for_what_the_operator_has_not_seen_and_for_nothing_while_suspended()
    {
        var image = Image(Ready);
        image["metadata"]!["generation"] = 8;
        Assert.That(await HealthAsync("GemmaBaseImage", image), Is.EqualTo("Progressing|Waiting for the operator"));
        image["spec"]!["suspend"] = true;
        Assert.That(await HealthAsync("GemmaBaseImage", image), Is.EqualTo("Suspended|spec.suspend is true"));
        image.Remove("status");
        image["spec"]!.AsObject().Remove("suspend");
        Assert.That(await HealthAsync("GemmaBaseImage", image), Is.EqualTo("Progressing|Waiting for the operator"));
    }

    [TestCase("Progressing", "Succeeded Unknown Building it runs")]
    [TestCase("Healthy", "Succeeded True Completed done")]
    [TestCase("Degraded", "Succeeded False PushFailed refused")]
    [TestCase("Suspended", "Succeeded False Canceled by hand")]
    public async Task Argo_CD_shows_what_became_of_a_build(string status, string condition) =>
        Assert.That(await HealthAsync("GemmaBuild", Image(condition)), Does.StartWith($"{status}|"));

    [Test]
    public async Task Argo_CDs_actions_do_what_their_names_say_and_are_offered_where_they_can()
    {
        var image = Image(NotReady, "Reconciling True AwaitingApproval b2 waits");
        image["status"]!["latestImage"] = new JsonObject { ["build"] = "gemma-b2" };
        image["status"]!["servingImage"] = new JsonObject { ["build"] = "gemma-b1" };
        Assert.That(
            await OfferedAsync(image),
            Is.EquivalentTo(new[] { "rebuild", "suspend", "approve", "pin-what-serves" })
        );
        Assert.Multiple(async () =>
        {
            Assert.That(
                await ActAsync(image, "rebuild", "obj.metadata.annotations['gemmaoperator.io/requestedAt']"),
                Does.Match("^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z$")
            );
            Assert.That(
                await ActAsync(image, "approve", "obj.metadata.annotations['gemmaoperator.io/approve']"),
                Is.EqualTo("gemma-b2")
            );
            Assert.That(await ActAsync(image, "suspend", "obj.spec.suspend"), Is.EqualTo("true"));
            Assert.That(await ActAsync(image, "resume", "obj.spec.suspend"), Is.EqualTo("false"));
            Assert.That(
                await ActAsync(image, "pin-what-serves", "obj.metadata.annotations['gemmaoperator.io/pin']"),
                Is.EqualTo("gemma-b1")
            );
        });

        image["spec"] = new JsonObject
        {
            ["suspend"] = true,
            ["rollout"] = new JsonObject { ["pinnedBuild"] = "b1" },
        };
        image["status"]!["conditions"] = Conditions(Ready);
        Assert.That(await OfferedAsync(image), Is.EquivalentTo(new[] { "rebuild", "resume", "unpin" }));
        Assert.That(await ActAsync(image, "unpin", "obj.spec.rollout.pinnedBuild"), Is.Empty);
        image["spec"]!["rollout"] = new JsonObject();
        image["metadata"]!["annotations"] = new JsonObject { ["gemmaoperator.io/pin"] = "b1 2030-01-01T00:00:00Z" };
        Assert.That(await OfferedAsync(image), Is.EquivalentTo(new[] { "rebuild", "resume", "unpin" }));
        Assert.That(
            await ActAsync(image, "unpin", "tostring(obj.metadata.annotations['gemmaoperator.io/pin'])"),
            Is.EqualTo("nil")
        );

        var bare = new JsonObject { ["metadata"] = new JsonObject(), ["spec"] = new JsonObject() };
        Assert.That(await OfferedAsync(bare), Is.EquivalentTo(new[] { "rebuild", "suspend" }));
    }

    [TestCase("in progress", 8, false, Ready)]
    [TestCase("current", 7, false, Ready)]
    [TestCase("current", 7, false, Ready, Reconciling)]
    [TestCase("failed", 7, false, NotReady, Stalled)]
    [TestCase("waiting", 7, false, NotReady, Reconciling)]
    [TestCase("current", 7, true, NotReady, Stalled)]
    public void Flux_waits_as_long_as_somebody_would(
        string state,
        int generation,
        bool suspend,
        params string[] conditions
    )
    {
        var image = Image(conditions);
        image["metadata"]!["generation"] = generation;
        if (suspend)
        {
            image["spec"]!["suspend"] = true;
        }

        var document = YamlReader.Documents(File.ReadAllText(Path.Combine(Folder, "flux.yaml"))).Single();
        var check = document["spec"]!["healthCheckExprs"]![0]!;
        // In the order in which Flux asks.
        var found =
            Holds(check, "inProgress", image) ? "in progress"
            : Holds(check, "failed", image) ? "failed"
            : Holds(check, "current", image) ? "current"
            : "waiting";
        Assert.That(found, Is.EqualTo(state));
    }

    [Test]
    public void Kustomize_knows_every_field_that_names_an_object()
    {
        var known = YamlReader.Documents(File.ReadAllText(Path.Combine(Folder, "name-reference.yaml"))).Single()[
            "nameReference"
        ]!
            .AsArray()
            .SelectMany(r => r!["fieldSpecs"]!.AsArray())
            .Select(f => (string)f!["path"]!);
        var schema = CrdFile
            .All.Single(c => (string?)c.Document["spec"]!["names"]!["kind"] == "GemmaBaseImage")
            .Document["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!["properties"]!["spec"]!.AsObject();
        var named = Fields("spec", schema)
            .Where(p =>
                p.EndsWith("Ref/name", StringComparison.Ordinal)
                || p.EndsWith("Secrets/name", StringComparison.Ordinal)
                || p.EndsWith("/existingClaim", StringComparison.Ordinal)
                || p.EndsWith("/claimName", StringComparison.Ordinal)
                || p.EndsWith("/secretName", StringComparison.Ordinal)
                || p.EndsWith("/secret/name", StringComparison.Ordinal)
                || p.EndsWith("/configMap/name", StringComparison.Ordinal)
                || p.EndsWith("/serviceAccountName", StringComparison.Ordinal)
            );
        Assert.That(known, Is.EquivalentTo(named));
    }

    [Test]
    public async Task A_generators_hash_and_a_prefix_reach_the_objects_that_are_named()
    {
        var folder = Directory.CreateTempSubdirectory("gitops-");
        try
        {
            File.Copy(
                Path.Combine(Folder, "name-reference.yaml"),
                Path.Combine(folder.FullName, "name-reference.yaml")
            );
            await File.WriteAllTextAsync(
                Path.Combine(folder.FullName, "kustomization.yaml"),
                """
                namePrefix: team-
                configurations: [name-reference.yaml]
                resources: [image.yaml]
                configMapGenerator:
                  - {name: requirements, literals: [requirements.txt=fastapi]}
                secretGenerator:
                  - {name: push, type: kubernetes.io/dockerconfigjson, literals: ['.dockerconfigjson={}']}
                """
            );
            await File.WriteAllTextAsync(
                Path.Combine(folder.FullName, "image.yaml"),
                """
                apiVersion: gemmaoperator.io/v1alpha1
                kind: GemmaBaseImage
                metadata: {name: gemma}
                spec:
                  requirements: {configMapRef: {name: requirements}}
                  build: {imagePullSecrets: [{name: other}, {name: push}]}
                  output: {repository: r.example/gemma, credentials: {secretRef: {name: push}}}
                """
            );
            var (code, output) = await Command.RunAsync(
                Command.Find("kubectl", "see https://kubernetes.io/docs/tasks/tools"),
                ["kustomize", folder.FullName]
            );
            Assert.That(code, Is.Zero, output);
            var documents = YamlReader.Documents(output).ToDictionary(d => (string)d["kind"]!, d => d);
            var spec = documents["GemmaBaseImage"]["spec"]!;
            Assert.That(
                (string?)spec["requirements"]!["configMapRef"]!["name"],
                Is.EqualTo((string?)documents["ConfigMap"]["metadata"]!["name"]).And.StartWith("team-requirements-")
            );
            Assert.That(
                (string?)spec["build"]!["imagePullSecrets"]![1]!["name"],
                Is.EqualTo((string?)documents["Secret"]["metadata"]!["name"])
            );
            Assert.That(
                (string?)spec["output"]!["credentials"]!["secretRef"]!["name"],
                Is.EqualTo((string?)documents["Secret"]["metadata"]!["name"]).And.StartWith("team-push-")
            );
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static bool Holds(JsonNode check, string name, JsonObject image)
    {
        var names = image.ToDictionary(p => p.Key, _ => (JsonObject?)null, StringComparer.Ordinal);
        var scope = image.Aggregate((Scope?)null, (outer, p) => new Scope(p.Key, CelValues.Of(p.Value!, null), outer));
        return new ExpressionCompiler((string)check[name]!, names).Compile().Run(scope!) is true;
    }

    private static IEnumerable<string> Fields(string path, JsonObject schema) =>
        ((schema["properties"] ?? schema["items"]?["properties"]) as JsonObject ?? []).SelectMany(p =>
            Fields($"{path}/{p.Key}", p.Value!.AsObject()).Prepend($"{path}/{p.Key}")
        );

    private static JsonObject Image(params string[] conditions) =>
        new()
        {
            ["metadata"] = new JsonObject { ["name"] = "gemma", ["generation"] = 7 },
            ["spec"] = new JsonObject(),
            ["status"] = new JsonObject { ["observedGeneration"] = 7, ["conditions"] = Conditions(conditions) },
        };

    private static JsonArray Conditions(params string[] conditions) =>
        new([
            .. conditions
                .Select(c => c.Split(' ', 4))
                .Select(c =>
                    (JsonNode)
                        new JsonObject
                        {
                            ["type"] = c[0],
                            ["status"] = c[1],
                            ["reason"] = c[2],
                            ["message"] = c[3],
                        }
                ),
        ]);

    private static Task<string> HealthAsync(string kind, JsonObject image) =>
        Lua.RunAsync(
            image,
            (string)Argo[$"resource.customizations.health.gemmaoperator.io_{kind}"]!,
            "result.status .. '|' .. (result.message or '')"
        );

    private static JsonObject Actions =>
        YamlReader.Documents((string)Argo["resource.customizations.actions.gemmaoperator.io_GemmaBaseImage"]!).Single();

    private static async Task<string[]> OfferedAsync(JsonObject image)
    {
        var script = (string)Actions["discovery.lua"]!;
        var offered = await Lua.RunAsync(
            image,
            script,
            "(function() local names = {} for k, v in pairs(result) do "
                + "if not v.disabled then table.insert(names, k) end end return table.concat(names, ' ') end)()"
        );
        return offered.Split(' ');
    }

    private static Task<string> ActAsync(JsonObject image, string action, string shown)
    {
        var definition = Actions["definitions"]!.AsArray().Single(d => (string?)d!["name"] == action)!;
        return Lua.RunAsync(
            image,
            (string)definition["action.lua"]!,
            $"tostring({shown.Replace("obj.", "result.", StringComparison.Ordinal)})"
        );
    }
}
