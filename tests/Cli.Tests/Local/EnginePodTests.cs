using System.Text.Json.Nodes;
using Docker.DotNet.Models;
using KubectlGemma.Local.Engines;
using LocalCluster.Nodes;
using LocalCluster.Tests.Worlds;
using Operator.Tests.Clusters;
using Quickstart.Containers;
using ContainerSpec = LocalCluster.Nodes.ContainerSpec;

namespace Cli.Tests.Local;

/// <summary>The pods of Jobs are containers of a real engine, with all that a kubelet gives them.</summary>
[Category("RealEngine")]
internal sealed class EnginePodTests
{
    private const string Jobs = "/apis/batch/v1/namespaces/t/jobs";
    private const string Pods = "/api/v1/namespaces/t/pods";

    private readonly HttpClient _http = new();
    private RealEngine _real = null!;
    private Engine _engine = null!;
    private SmallWorld _world = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _real = await RealEngine.StartAsync();
        _engine = await Engine.ConnectAsync(
            new EngineEndpoint(new Uri(_real.Address), null, "the test"),
            TimeProvider.System,
            CancellationToken.None
        );
        _world = await SmallWorld.StartAsync(Nodes());
        await _world.CreateAsync(
            "/api/v1/namespaces/t/configmaps",
            """{"metadata":{"name":"words"},"data":{"greeting":"hello","other":"unseen"}}"""
        );
        await _world.CreateAsync(
            "/api/v1/namespaces/t/secrets",
            """{"metadata":{"name":"keys"},"data":{"token":"czNjcmV0"}}"""
        );
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await (_world?.DisposeAsync() ?? ValueTask.CompletedTask);
        _engine?.Dispose();
        _http.Dispose();
        await (_real?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    [Test]
    public async Task A_volume_that_the_engine_still_holds_is_told_and_goes_later()
    {
        const string Volume = "gemma-quickstart-held";
        await _engine.Volumes.MakeAsync(Volume, ContainerRecipe.Labels("held"), CancellationToken.None);
        var holder = await _engine.CreateAsync(
            new CreateContainerParameters
            {
                Image = RealEngine.Base,
                Entrypoint = ["none"],
                HostConfig = new HostConfig
                {
                    NetworkMode = "none",
                    Mounts =
                    [
                        new Mount
                        {
                            Type = "volume",
                            Source = Volume,
                            Target = "/held",
                        },
                    ],
                },
            },
            CancellationToken.None
        );
        Assert.That(
            await EnginePod.RemoveAsync(_engine, [Volume, "gone-already"], CancellationToken.None),
            Is.EqualTo([Volume])
        );
        await holder.DisposeAsync();
        Assert.That(await EnginePod.RemoveAsync(_engine, [Volume], CancellationToken.None), Is.Empty);
        await GoneAsync();
    }

    [Test]
    public async Task A_Job_runs_with_its_files_volumes_variables_and_user()
    {
        const string Write = "cat /words/greeting /one > /shared/said; echo from init";
        const string Main =
            "cat /shared/said; echo; echo $NAMED $TOKEN; cat /keys/token; echo; id -u; id -g; ls /words; "
            + "touch /root-is-read-only 2>/dev/null || echo read-only; touch /shared/mine && echo $0; "
            + "printf 'last words' > /dev/termination-log";
        var container = $$$$"""
            {"name": "main", "image": "{{{{RealEngine.Base}}}}", "command": ["/bin/sh", "-c"], "workingDir": "/shared",
             "args": ["{{{{Main}}}}", "$(NAMED) $$(NAMED) $(NOBODY)"],
             "env": [{"name": "NAMED", "value": "me"},
                     {"name": "TOKEN", "valueFrom": {"secretKeyRef": {"name": "keys", "key": "token"}}}],
             "securityContext": {"runAsUser": 10001, "runAsGroup": 10002, "readOnlyRootFilesystem": true,
                                 "allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
             "volumeMounts": [{"name": "shared", "mountPath": "/shared"}, {"name": "keys", "mountPath": "/keys"},
                              {"name": "words", "mountPath": "/words"}]}
            """;
        var init = $$$"""
            {"name": "init", "image": "{{{RealEngine.Base}}}", "command": ["/bin/sh", "-c", "{{{Write}}}"],
             "securityContext": {"runAsUser": 10003},
             "volumeMounts": [{"name": "shared", "mountPath": "/shared"}, {"name": "words", "mountPath": "/words"},
                              {"name": "words", "mountPath": "/one", "subPath": "greeting"}]}
            """;
        var pod = await RunAsync("whole", container, init);
        var ended = pod["status"]!["containerStatuses"]![0]!["state"]!["terminated"]!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That((string?)pod["status"]!["phase"], Is.EqualTo("Succeeded"), pod.ToJsonString());
            Assert.That((string?)ended["message"], Is.EqualTo("last words"));
            Assert.That(
                Log(pod, "main"),
                Is.EqualTo("hellohello\nme s3cret\ns3cret\n10001\n10002\ngreeting\nread-only\nme $(NAMED) $(NOBODY)\n")
            );
            Assert.That(Log(pod, "init"), Is.EqualTo("from init\n"));
        }

        await GoneAsync();
    }

    [Test]
    public async Task A_failure_has_its_exit_code_and_the_end_of_its_log()
    {
        var pod = await RunAsync("fails", Shell("main", "echo what went wrong; exit 7"));
        var ended = pod["status"]!["containerStatuses"]![0]!["state"]!["terminated"]!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That((string?)pod["status"]!["phase"], Is.EqualTo("Failed"));
            Assert.That((int)ended["exitCode"]!, Is.EqualTo(7));
            Assert.That((string?)ended["message"], Is.EqualTo("what went wrong\n"));
        }

        await GoneAsync();
    }

    [Test]
    public async Task An_init_container_that_fails_keeps_the_rest_from_running()
    {
        var pod = await RunAsync("init", Shell("main", "echo no"), Shell("first", "exit 3"));
        Assert.That((string?)pod["status"]!["phase"], Is.EqualTo("Failed"));
        var first = pod["status"]!["initContainerStatuses"]![0]!["state"]!["terminated"]!;
        Assert.That((int)first["exitCode"]!, Is.EqualTo(3));
        Assert.That(Log(pod, "main"), Is.Null);
        await GoneAsync();
    }

    [Test]
    public async Task What_the_engine_can_not_start_says_why()
    {
        var pod = await RunAsync(
            "nothing",
            $$"""{"name": "main", "image": "{{RealEngine.Base}}", "command": ["/no/such/program"]}"""
        );
        var ended = pod["status"]!["containerStatuses"]![0]!["state"]!["terminated"]!;
        Assert.That((string?)ended["reason"], Is.EqualTo("StartError"));
        Assert.That((string?)ended["message"], Does.Contain("/no/such/program"));
        await GoneAsync();
    }

    [Test]
    public async Task An_image_that_can_not_be_pulled_is_told_in_the_engine_s_words()
    {
        await CreateAsync("absent", """{"name": "main", "image": "127.0.0.1:1/no/such:1"}""");
        var pod = await UntilAsync("absent", p => Waiting(p) is "ErrImagePull" or "ImagePullBackOff");
        var said = (string?)pod["status"]!["containerStatuses"]![0]!["state"]!["waiting"]!["message"];
        Assert.That(said, Does.Contain("127.0.0.1:1"));
        await _world.SendAsync(HttpMethod.Delete, $"{Jobs}/absent?propagationPolicy=Background", null);
    }

    [Test]
    public async Task A_sidecar_has_started_when_its_probe_is_answered_and_goes_with_the_pod()
    {
        var sidecar = $$$"""
            {"name": "side", "image": "{{{RealEngine.Base}}}", "restartPolicy": "Always",
             "command": ["python3", "-m", "http.server", "5987", "--bind", "127.0.0.1"], "workingDir": "/tmp",
             "startupProbe": {"httpGet": {"path": "/", "port": 5987}, "failureThreshold": 60}}
            """;
        const string Ask = "import urllib.request as u; print(u.urlopen('http://127.0.0.1:5987/').status, flush=True)";
        var pod = await RunAsync(
            "beside",
            $$"""{"name": "main", "image": "{{RealEngine.Base}}", "command": ["python3", "-c", "{{Ask}}"]}""",
            sidecar
        );
        Assert.That((string?)pod["status"]!["phase"], Is.EqualTo("Succeeded"), pod.ToJsonString());
        Assert.That(Log(pod, "main"), Is.EqualTo("200\n"));
        await GoneAsync();
    }

    [Test]
    public async Task A_pod_that_is_deleted_leaves_nothing()
    {
        await CreateAsync("long", Shell("main", "echo begun; sleep 600"));
        var pod = await UntilAsync("long", p => Log(p, "main") == "begun\n");
        Assert.That(await ContainersAsync(), Is.Not.Empty);
        await _world.SendAsync(HttpMethod.Delete, $"{Jobs}/long?propagationPolicy=Background", null);
        await _world.GoneAsync(Pods, (string)pod["metadata"]!["name"]!);
        await GoneAsync();
    }

    [Test]
    public async Task Nodes_that_end_leave_nothing_and_other_pods_are_not_run()
    {
        var world = await SmallWorld.StartAsync(Nodes());
        var pod = Shell("main", "sleep 600");
        await world.CreateAsync(Pods, $$$"""{"metadata":{"name":"p"},"spec":{"containers":[{{{pod}}}]}}""");
        await world.UntilAsync(Pods, "p", p => (string?)p["status"]?["phase"] == "Running");
        Assert.That(await ContainersAsync(), Is.Empty);
        await world.CreateAsync(Jobs, Job("long", Shell("main", "echo begun; sleep 600"), null));
        await Eventually.ThatAsync(async () => (await ContainersAsync()).Count == 1, "the Job's container runs");
        await world.DisposeAsync();
        Assert.That(await ContainersAsync(), Is.Empty);
    }

    private NodeOptions Nodes() =>
        new()
        {
            Step = TimeSpan.FromMilliseconds(5),
            Runner = new EngineRunner(
                _engine,
                new IdleRunner(),
                container => container.Owner == "Job",
                _http,
                TimeProvider.System
            ),
        };

    private static string Shell(string name, string script) =>
        $$"""
            {"name": "{{name}}", "image": "{{RealEngine.Base}}", "command": ["/bin/sh", "-c", "{{script}}"],
             "terminationMessagePolicy": "FallbackToLogsOnError"}
            """;

    private static string Job(string name, string container, string? init) =>
        $$$$$"""
            {"metadata": {"name": "{{{{{name}}}}}"}, "spec": {"backoffLimit": 0, "template": {"spec": {
              "restartPolicy": "Never", "containers": [{{{{{container}}}}}], "initContainers": [{{{{{init}}}}}],
              "volumes": [{"name": "shared", "emptyDir": {}}, {"name": "keys", "secret": {"secretName": "keys"}},
                          {"name": "words", "configMap":
                           {"name": "words", "items": [{"key": "greeting", "path": "greeting"}]}}]
            }}}}
            """;

    private Task<JsonObject> CreateAsync(string name, string container, string? init = null) =>
        _world.CreateAsync(Jobs, Job(name, container, init));

    private async Task<JsonObject> RunAsync(string name, string container, string? init = null)
    {
        await CreateAsync(name, container, init);
        return await UntilAsync(name, p => (string?)p["status"]?["phase"] is "Succeeded" or "Failed");
    }

    private async Task<JsonObject> UntilAsync(string job, Func<JsonObject, bool> isWanted)
    {
        JsonObject? last = null;
        await Eventually.ThatAsync(
            async () =>
            {
                var pods = await _world.GetAsync($"{Pods}?labelSelector=job-name%3D{job}");
                last = pods["items"]!.AsArray().FirstOrDefault()?.AsObject();
                return last is not null && isWanted(last);
            },
            $"the pod of {job} is as wanted",
            () => last?.ToJsonString() ?? "there is none"
        );
        return last!;
    }

    private static string? Waiting(JsonObject pod) =>
        (string?)pod["status"]?["containerStatuses"]?[0]?["state"]?["waiting"]?["reason"];

    private string? Log(JsonObject pod, string container) =>
        _world.Nodes!.Log("t", (string)pod["metadata"]!["name"]!, container);

    /// <summary>Waits until nothing of a pod is on the engine: neither containers nor volumes.</summary>
    private Task GoneAsync() =>
        Eventually.ThatAsync(
            async () =>
                (await ContainersAsync()).Count == 0
                && (await _real.Client.Volumes.ListAsync(new VolumesListParameters())).Volumes is not { Count: > 0 },
            "nothing is left on the engine"
        );

    private Task<IList<ContainerListResponse>> ContainersAsync() =>
        _real.Client.Containers.ListContainersAsync(new ContainersListParameters { All = true });
}
