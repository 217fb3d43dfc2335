using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json.Nodes;
using GemmaOperator.Api.Builds;
using k8s.Models;
using KubectlGemma.Cluster;
using KubectlGemma.Facts;
using KubectlGemma.Output;

namespace Cli.Tests.Flow;

/// <summary>What people look at is what the cluster has.</summary>
public sealed class ReadingTests
{
    private const string Password = "hunter2-of-the-database";

    private World _world = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _world = await World.StartAsync();
        await _world.Stage.ApplyAsync(
            _world.Stage.Image(spec =>
                spec with
                {
                    Schedule = "0 9 * * 1",
                    Env = [new EnvironmentVariable { Name = "GREETING", Value = Password }],
                }
            )
        );
        await _world.Stage.UntilReadyAsync();
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_world is not null)
        {
            await _world.DisposeAsync();
        }
    }

    [Test]
    public async Task A_list_has_a_line_for_each()
    {
        var run = await _world.RunAsync("list");
        Assert.That(run.Code, Is.Zero, run.Err);
        Assert.That(run.Lines[0], Does.StartWith("NAME"));
        Assert.That(run.Lines[1], Does.Match(@"\Agemma +yes +yes +- +b1-\S+ .*b1 Completed"));
        var everywhere = await _world.EverywhereAsync("list", "-A", "-o", "jsonpath={.items[*].metadata.name}");
        Assert.That(everywhere.Out.Split(' '), Has.Member("gemma"));
    }

    [Test]
    public async Task A_status_takes_three_requests()
    {
        using var cluster = Connect();
        var (tree, _) = await new ObjectReader(cluster, TimeProvider.System).TreeAsync("gemma", CancellationToken.None);
        Assert.Multiple(() =>
        {
            Assert.That(cluster.Calls, Is.EqualTo(3));
            Assert.That(tree.Builds, Has.Count.EqualTo(1));
            Assert.That(tree.Pods, Is.Not.Empty);
        });
        var run = await _world.RunAsync("status", "gemma");
        Assert.That(run.Out, Does.Contain("gemma-b1").And.Contain("Ready").And.Contain("by the schedule '0 9 * * 1'"));
        Assert.That(run.Out, Does.Contain("Job gemma-b1").And.Contain("█"));
    }

    [Test]
    public async Task Why_is_told_by_the_operators_own_rules()
    {
        var run = await _world.RunAsync("why", "gemma");
        Assert.That(run.Code, Is.Zero, run.Err);
        Assert.That(run.Err, Is.Empty);
        Assert.That(run.Out, Does.Contain("nothing is due before the next tick or poll"));
        Assert.That(run.Out, Does.Contain("the chosen image is served"));
    }

    [Test]
    public async Task Builds_events_and_costs_are_listed()
    {
        var builds = await _world.RunAsync("builds", "gemma");
        var events = await _world.RunAsync("events", "gemma");
        var cost = await _world.RunAsync("cost", "gemma", "-o", "json");
        Assert.Multiple(() =>
        {
            Assert.That(builds.Out, Does.Match("gemma-b1 +Initial +Completed"));
            Assert.That(events.Lines, Has.Count.GreaterThan(1), events.Err);
            Assert.That((string?)JsonNode.Parse(cost.Out)![0]!["currency"], Is.EqualTo("USD"));
        });
    }

    [Test]
    public async Task Logs_come_from_the_pods_or_from_what_is_kept()
    {
        var run = await _world.RunAsync("logs", "gemma-b1", "--step", "verify", "-f");
        Assert.That(run.Code, Is.Zero, run.Err);
        Assert.That(run.Out, Does.StartWith("==> Verify, pod "));
    }

    [Test]
    public async Task The_operators_version_is_looked_for()
    {
        var run = await _world.RunAsync("version");
        Assert.That(run.Out, Does.Contain("operator       none found"));
    }

    [TestCase("99.0.0", "newer than this program")]
    [TestCase("0.0.1", "older than this program")]
    [TestCase("nightly", "")]
    public async Task Another_release_of_the_operator_is_noted_where_its_rules_are_foretold(string version, string told)
    {
        var ns = _world.Stage.Cluster.Namespace;
        var labels = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["app.kubernetes.io/name"] = "gemma-operator",
            ["app.kubernetes.io/version"] = version,
        };
        await _world.Stage.Api.ApplyAsync(
            new V1Deployment
            {
                Metadata = new V1ObjectMeta
                {
                    Name = "an-operator",
                    NamespaceProperty = ns,
                    Labels = labels,
                },
                Spec = new V1DeploymentSpec
                {
                    Replicas = 0,
                    Selector = new V1LabelSelector { MatchLabels = labels },
                    Template = new V1PodTemplateSpec
                    {
                        Metadata = new V1ObjectMeta { Labels = labels },
                        Spec = new V1PodSpec { Containers = [new V1Container { Name = "a", Image = "operator:1" }] },
                    },
                },
            },
            CancellationToken.None
        );
        try
        {
            var why = await _world.RunAsync("why", "gemma");
            Assert.That(why.Code, Is.Zero);
            Assert.That(why.Err, told.Length == 0 ? Is.Empty : Does.Contain(told).And.Contain(version));
        }
        finally
        {
            await _world.Stage.Api.DeleteAsync<V1Deployment>(ns, "an-operator", null, CancellationToken.None);
        }
    }

    [Test]
    public async Task The_installation_is_checked()
    {
        var run = await _world.RunAsync("check");
        Assert.That(run.Out, Does.Contain("Definitions"));
    }

    [TestCase("status", "gema", "did you mean gemma?")]
    [TestCase("rebuild", "gamma", "did you mean gemma?")]
    [TestCase("logs", "gemma-b2", "did you mean gemma-b1?")]
    [TestCase("cancel", "gemma-b7", "did you mean")]
    public async Task An_unknown_name_suggests_the_nearest(string command, string name, string told)
    {
        var run = await _world.RunAsync(command, name);
        Assert.Multiple(() =>
        {
            Assert.That(run.Code, Is.EqualTo(ExitCode.NotFound));
            Assert.That(run.Err, Does.Contain(told));
        });
    }

    [Test]
    public async Task Names_are_completed()
    {
        var run = await Run.Async(
            "__complete",
            "status",
            "--kubeconfig",
            _world.Folder.Path("config"),
            "-n",
            _world.Stage.Cluster.Namespace,
            "ge"
        );
        Assert.That(run.Out, Is.EqualTo("gemma\n:4\n"));
    }

    [Test]
    public async Task A_bundle_has_what_helps_and_nothing_secret()
    {
        var file = _world.Folder.Path("bundle.tar.gz");
        var run = await _world.RunAsync("support-bundle", "--file", file);
        Assert.That(run.Code, Is.Zero, run.Err);
        var files = await FilesAsync(file);
        Assert.Multiple(() =>
        {
            Assert.That(files.Keys, Has.Some.EndWith("gemmabaseimages/gemma.yaml"));
            Assert.That(files.Keys, Has.Some.EndWith("gemmabuilds/gemma-b1.yaml"));
            Assert.That(files.Keys, Has.Some.Contains("/pods/"));
            Assert.That(files.Keys, Has.Some.Contains("/events/"));
            Assert.That(files.Keys, Has.Some.EndWith("contents.txt"));
            Assert.That(
                files.Where(f => f.Value.Contains(Password, StringComparison.Ordinal)).Select(f => f.Key),
                Is.Empty
            );
        });
        var again = await _world.RunAsync("support-bundle", "--file", file);
        Assert.That(again.Code, Is.EqualTo(ExitCode.Usage), "it is never written over another file");
    }

    private GemmaCluster Connect() =>
        GemmaCluster.Connect(
            new ClusterTarget { Kubeconfig = _world.Folder.Path("config"), Namespace = _world.Stage.Cluster.Namespace },
            TimeProvider.System
        );

    private static async Task<Dictionary<string, string>> FilesAsync(string path)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        await using var file = File.OpenRead(path);
        await using var gzip = new GZipStream(file, CompressionMode.Decompress);
        await using var tar = new TarReader(gzip);
        while (await tar.GetNextEntryAsync() is { } entry)
        {
            using var reader = new StreamReader(entry.DataStream!);
            files[entry.Name] = await reader.ReadToEndAsync();
        }

        return files;
    }
}
