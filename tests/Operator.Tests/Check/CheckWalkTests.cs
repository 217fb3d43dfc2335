using System.Text.Json.Nodes;
using GemmaOperator.Hosting;
using k8s;
using k8s.Models;
using LocalCluster;
using Operator.Tests.Api;
using Operator.Tests.Clusters;
using Operator.Tests.Registry;

namespace Operator.Tests.Check;

/// <summary>The command, from its arguments to its lines, against an API server and a registry.</summary>
internal sealed class CheckWalkTests
{
    [Test]
    public async Task It_tells_what_an_empty_cluster_lacks_and_what_an_installed_one_has()
    {
        await using var cluster = await ApiServer.StartAsync(new ApiServerOptions(), CancellationToken.None);
        var folder = Directory.CreateTempSubdirectory("check-");
        try
        {
            var kubeconfig = Path.Combine(folder.FullName, "config");
            await File.WriteAllTextAsync(kubeconfig, cluster.Kubeconfig);
            var (before, early) = await RunAsync("--kubeconfig", kubeconfig, "-n", "ml");
            using (Assert.EnterMultipleScope())
            {
                Assert.That(before, Is.EqualTo(1));
                Assert.That(early, Does.Contain("fail  Definitions"));
                Assert.That(early, Does.Contain("gemmabaseimages.gemmaoperator.io isn't there"));
                Assert.That(early, Does.Contain("kubectl create namespace ml"));
                Assert.That(early, Does.Contain("you may do all"));
            }

            using var client = new Kubernetes(
                new KubernetesClientConfiguration { Host = cluster.Endpoint.ToString(), AccessToken = cluster.Token }
            );
            await client.CoreV1.CreateNamespaceAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = "ml" } });
            foreach (var crd in CrdFile.All)
            {
                await client.ApiextensionsV1.CreateCustomResourceDefinitionAsync(
                    KubernetesYaml.Deserialize<V1CustomResourceDefinition>(crd.Text)
                );
            }

            var (after, late) = await RunAsync("--kubeconfig", kubeconfig, "-n", "ml", "-o", "json");
            var report = JsonNode.Parse(late)!;
            using (Assert.EnterMultipleScope())
            {
                Assert.That(after, Is.Zero, late);
                Assert.That((bool)report["ok"]!);
                Assert.That(
                    report["checks"]!
                        .AsArray()
                        .Where(c => (string)c!["check"]! == "Definitions")
                        .Select(c => (string)c!["status"]!),
                    Is.EqualTo(new[] { "ok", "ok" })
                );
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Test]
    public async Task The_rights_of_a_service_account_are_its_own()
    {
        await using var cluster = await ApiServer.StartAsync(new ApiServerOptions(), CancellationToken.None);
        var kubeconfig = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(kubeconfig, cluster.KubeconfigFor("gemma-system", "nobody"));
            var (code, said) = await RunAsync("--kubeconfig", kubeconfig);
            Assert.That(code, Is.EqualTo(1));
            Assert.That(said, Does.Contain("you may do none of the "));
        }
        finally
        {
            File.Delete(kubeconfig);
        }
    }

    [Test]
    public async Task With_upgrade_it_tells_what_a_release_would_do()
    {
        await using var cluster = await ApiServer.StartAsync(new ApiServerOptions(), CancellationToken.None);
        var kubeconfig = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(kubeconfig, cluster.Kubeconfig);
            var (before, early) = await RunAsync("--upgrade", "--kubeconfig", kubeconfig);
            Assert.That(before, Is.EqualTo(1));
            Assert.That(early, Does.StartWith("fail  GemmaBaseImages"));

            using var client = new Kubernetes(
                new KubernetesClientConfiguration { Host = cluster.Endpoint.ToString(), AccessToken = cluster.Token }
            );
            foreach (var crd in CrdFile.All)
            {
                await client.ApiextensionsV1.CreateCustomResourceDefinitionAsync(
                    KubernetesYaml.Deserialize<V1CustomResourceDefinition>(crd.Text)
                );
            }

            var (after, late) = await RunAsync("--upgrade", "--kubeconfig", kubeconfig);
            Assert.That(
                (after, late),
                Is.EqualTo((0, "ok    GemmaBaseImages  there are none\n1 ok, 0 warn, 0 fail\n"))
            );
        }
        finally
        {
            File.Delete(kubeconfig);
        }
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_registry_is_asked_for_pull_push_and_mount_and_keeps_nothing(bool rightPassword)
    {
        await using var registry = await RealRegistry.StartAsync(RealRegistryTests.Htpasswd);
        await using var cluster = await TestCluster.StartAsync();
        var auth = Convert.ToBase64String(
            System.Text.Encoding.UTF8.GetBytes(rightPassword ? "user:secret" : "user:wrong")
        );
        await cluster.Api.CreateAsync(
            new V1Secret
            {
                Metadata = new V1ObjectMeta { NamespaceProperty = cluster.Namespace, Name = "push" },
                Type = "kubernetes.io/dockerconfigjson",
                Data = new Dictionary<string, byte[]>
                {
                    [".dockerconfigjson"] = System.Text.Encoding.UTF8.GetBytes(
                        $$$$"""{"auths":{"{{{{registry.Host}}}}":{"auth":"{{{{auth}}}}"}}}"""
                    ),
                },
            },
            CancellationToken.None
        );
        if (cluster.Local is not { } local)
        {
            Assert.Ignore("the kubeconfig of another cluster is that cluster's");
            return;
        }

        var kubeconfig = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(kubeconfig, local.Kubeconfig);
            var (_, said) = await RunAsync(
                "--kubeconfig",
                kubeconfig,
                "--registry",
                $"{registry.Host}/team/base",
                "--insecure-registry",
                registry.Host,
                "--secret",
                $"{cluster.Namespace}/push"
            );
            var lines = said.Split('\n').Where(l => l.Contains("  Registry", StringComparison.Ordinal)).ToList();
            Assert.That(lines, Has.Count.EqualTo(3));
            Assert.That(lines, Has.All.StartsWith(rightPassword ? "ok" : "fail"));
            if (rightPassword)
            {
                Assert.That(lines[1], Does.EndWith($"push to {registry.Host}/team/base (opened and cancelled)"));
                Assert.That(Directory.Exists(Path.Combine(registry.Store, "blobs")), Is.False, "nothing is stored");
            }
            else
            {
                Assert.That(lines, Has.All.Contains("make the Secret anew"));
            }
        }
        finally
        {
            File.Delete(kubeconfig);
        }
    }

    [TestCase("--registry", "Nope", "--registry: ")]
    [TestCase("--secret", "push", "--secret: 'push' isn't NAMESPACE/NAME")]
    [TestCase("--as-service-account", "a/b/c", "isn't NAMESPACE/NAME")]
    [TestCase("--output", "yaml", "--output: 'yaml' is neither text nor json")]
    [TestCase("--namespace", "My_Team", "--namespace: 'My_Team' can't be the name of a namespace")]
    [TestCase("--runtime-class", "a/b", "--runtime-class: 'a/b' can't be the name of an object")]
    [TestCase("--only-namespaces", "true", "--only-namespaces needs the namespaces")]
    public async Task A_mistake_is_one_line_and_exit_code_2(string option, string value, string told)
    {
        using var errors = new StringWriter();
        var code = await CommandLine.RunAsync(
            ["check", option, value],
            errors,
            (_, _) => throw new InvalidOperationException("it must not run")
        );
        Assert.That(code, Is.EqualTo(2));
        Assert.That(errors.ToString().TrimEnd().Split('\n'), Has.Length.EqualTo(1).And.All.Contains(told));
    }

    private static async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var code = await CheckCommand.Make(TimeProvider.System, output, errors).Parse(arguments).InvokeAsync();
        Assert.That(errors.ToString(), Is.Empty);
        return (code, output.ToString());
    }
}
