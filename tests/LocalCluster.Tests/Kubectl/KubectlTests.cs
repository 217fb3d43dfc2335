using System.Diagnostics;
using LocalCluster.Nodes;
using LocalCluster.Tests.Worlds;

namespace LocalCluster.Tests.Kubectl;

/// <summary>What people type works: kubectl creates, scales, lists, follows logs and asks for events.</summary>
[FixtureLifeCycle(LifeCycle.SingleInstance)]
internal sealed class KubectlTests
{
    private SmallWorld? _world;
    private string _kubeconfig = "";

    [OneTimeSetUp]
    public async Task Start()
    {
        if (
            !(Environment.GetEnvironmentVariable("PATH") ?? "")
                .Split(Path.PathSeparator)
                .Any(d => File.Exists(Path.Combine(d, "kubectl")))
        )
        {
            Assert.Ignore("there is no kubectl on the PATH");
        }

        _world = await SmallWorld.StartAsync(
            new NodeOptions { Runner = new PlainRunner(), Step = TimeSpan.FromMilliseconds(1) }
        );
        _kubeconfig = Path.GetTempFileName();
        await File.WriteAllTextAsync(_kubeconfig, _world.Cluster.Kubeconfig);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await (_world?.DisposeAsync() ?? ValueTask.CompletedTask);
        if (_kubeconfig.Length > 0)
        {
            File.Delete(_kubeconfig);
        }
    }

    [TestCase("create secret generic s1 --from-literal=a=b", "secret/s1 created")]
    [TestCase(
        "create secret docker-registry s2 --docker-server=x --docker-username=u --docker-password=p",
        "secret/s2 created"
    )]
    [TestCase("create configmap c1 --from-literal=a=b", "configmap/c1 created")]
    [TestCase("create ns n1", "namespace/n1 created")]
    [TestCase("create deployment d1 --image=x:1 --replicas=2", "deployment.apps/d1 created")]
    [TestCase("create job j1 --image=x:1 -- echo hi", "job.batch/j1 created")]
    [TestCase("create serviceaccount a1", "serviceaccount/a1 created")]
    [TestCase("create service clusterip v1 --tcp=80:80", "service/v1 created")]
    [TestCase("create role r1 --verb=get --resource=pods", "role.rbac.authorization.k8s.io/r1 created")]
    [TestCase("create pdb b1 --selector=app=d1 --min-available=1", "poddisruptionbudget.policy/b1 created")]
    [TestCase("create priorityclass p1 --value=5", "priorityclass.scheduling.k8s.io/p1 created")]
    [TestCase("auth can-i get pods", "yes")]
    public async Task It_creates_and_asks(string command, string answer) =>
        Assert.That((await RunAsync(command)).Trim(), Is.EqualTo(answer));

    [Test]
    public async Task What_is_created_twice_is_refused_by_name()
    {
        await RunAsync("create configmap twice");
        Assert.That(
            await RunAsync("create configmap twice"),
            Is.EqualTo("error: failed to create configmap: configmaps \"twice\" already exists\n")
        );
    }

    [Test]
    public async Task A_Deployment_is_scaled_and_tells_of_it()
    {
        await RunAsync("create deployment scaled --image=x:1");
        Assert.That(
            await RunAsync("scale deployment scaled --replicas=3"),
            Is.EqualTo("deployment.apps/scaled scaled\n")
        );
        await RunAsync("rollout status deployment/scaled --timeout=30s");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                Words(await RunAsync("get deployment scaled --no-headers -o wide"))[..4],
                Is.EqualTo(["scaled", "3/3", "3", "3"])
            );
            Assert.That(await RunAsync("events --for deployment/scaled"), Does.Contain("from 1 to 3"));
            Assert.That(
                await RunAsync("get events.v1.events.k8s.io --field-selector regarding.kind=Deployment"),
                Does.Contain("Scaled up replica set scaled-")
            );
        }
    }

    [Test]
    public async Task A_log_is_followed_to_its_end()
    {
        await RunAsync("create job followed --image=x:1");
        await RunAsync("wait job/followed --for=condition=Complete --timeout=30s");
        Assert.That(await RunAsync("logs -f job/followed"), Is.EqualTo("followed runs\n"));
    }

    [TestCase("pods", "NAME READY STATUS RESTARTS AGE IP NODE NOMINATED NODE READINESS GATES")]
    [TestCase("rs", "NAME DESIRED CURRENT READY AGE CONTAINERS IMAGES SELECTOR")]
    [TestCase("jobs", "NAME STATUS COMPLETIONS DURATION AGE CONTAINERS IMAGES SELECTOR")]
    [TestCase("secrets", "NAME TYPE DATA AGE")]
    [TestCase("configmaps", "NAME DATA AGE")]
    [TestCase("services", "NAME TYPE CLUSTER-IP EXTERNAL-IP PORT(S) AGE SELECTOR")]
    [TestCase("namespaces", "NAME STATUS AGE")]
    [TestCase(
        "nodes",
        "NAME STATUS ROLES AGE VERSION INTERNAL-IP EXTERNAL-IP OS-IMAGE KERNEL-VERSION CONTAINER-RUNTIME"
    )]
    [TestCase("pvc", "NAME STATUS VOLUME CAPACITY ACCESS MODES STORAGECLASS VOLUMEATTRIBUTESCLASS AGE VOLUMEMODE")]
    [TestCase("sc", "NAME PROVISIONER RECLAIMPOLICY VOLUMEBINDINGMODE ALLOWVOLUMEEXPANSION AGE")]
    [TestCase("events", "LAST SEEN TYPE REASON OBJECT SUBOBJECT SOURCE MESSAGE FIRST SEEN COUNT NAME")]
    public async Task A_list_has_the_columns_that_people_know(string resource, string columns)
    {
        await EverythingAsync();
        var head = (await RunAsync($"get {resource} -o wide")).Split('\n')[0];
        Assert.That(string.Join(' ', Words(head)), Is.EqualTo(columns));
    }

    /// <summary>Makes one of each, unless an earlier test did.</summary>
    private async Task EverythingAsync()
    {
        await RunAsync("create deployment all --image=x:1");
        await RunAsync("create job all --image=x:1");
        await RunAsync("create secret generic all");
        await RunAsync("create configmap all");
        await RunAsync("create service clusterip all --tcp=80:80");
        await _world!.SendAsync(
            HttpMethod.Post,
            "/apis/storage.k8s.io/v1/storageclasses",
            """{"metadata":{"name":"all"},"provisioner":"disk.example"}"""
        );
        await _world.SendAsync(
            HttpMethod.Post,
            "/api/v1/namespaces/default/persistentvolumeclaims",
            """
            {"metadata":{"name":"all"},"spec":{"storageClassName":"all","accessModes":["ReadWriteOnce"],
             "resources":{"requests":{"storage":"1Gi"}}}}
            """
        );
        await RunAsync("rollout status deployment/all --timeout=30s");
    }

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Returns what kubectl says, on either stream; it has half a minute.</summary>
    private async Task<string> RunAsync(string command)
    {
        var start = new ProcessStartInfo("kubectl", command)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["KUBECONFIG"] = _kubeconfig;
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30), TimeProvider.System);
        var (said, complained) = (
            process.StandardOutput.ReadToEndAsync(limit.Token),
            process.StandardError.ReadToEndAsync(limit.Token)
        );
        await process.WaitForExitAsync(limit.Token);
        return await said + await complained;
    }
}
