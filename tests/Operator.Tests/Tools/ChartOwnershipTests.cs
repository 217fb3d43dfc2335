using LocalCluster;
using Operator.Tests.Api;

namespace Operator.Tests.Tools;

/// <summary>A release installs no definitions over somebody else's.</summary>
public sealed class ChartOwnershipTests
{
    private static string Chart => Checkout.PathTo("charts", "gemma-operator");

    [Test]
    public async Task Definitions_of_somebody_else_are_refused_with_both_ways_on()
    {
        var (helm, kubectl) = (
            Command.Find("helm", Helm.Hint),
            Command.Find("kubectl", "see kubernetes.io/docs/tasks/tools")
        );
        await using var cluster = await ApiServer.StartAsync(new ApiServerOptions(), CancellationToken.None);
        var kubeconfig = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(kubeconfig, cluster.Kubeconfig);
            await Command.RunAsync(kubectl, ["apply", "-f", Checkout.PathTo("crds")], kubeconfig: kubeconfig);
            var refused = await InstallAsync();
            var commands = refused.Split('\n').Single(l => l.StartsWith("or hand it over:", StringComparison.Ordinal))[
                "or hand it over:".Length..
            ];
            Assert.That(refused, Does.Contain("--set crds.install=false"));

            // Both definitions are handed over by the command that is printed, one after the other.
            foreach (var name in CrdFile.All.Select(crd => (string)crd.Document["metadata"]!["name"]!))
            {
                foreach (
                    var command in commands
                        .Replace("gemmabaseimages.gemmaoperator.io", name, StringComparison.Ordinal)
                        .Split("&&", StringSplitOptions.TrimEntries)
                )
                {
                    var (code, said) = await Command.RunAsync(kubectl, command.Split(' ')[1..], kubeconfig: kubeconfig);
                    Assert.That(code, Is.Zero, said);
                }
            }

            Assert.That(await InstallAsync(), Does.Not.Contain("belongs to"));
        }
        finally
        {
            File.Delete(kubeconfig);
        }

        async Task<string> InstallAsync() =>
            (
                await Command.RunAsync(
                    helm,
                    ["install", "second", Chart, "--namespace", "gemma-system", "--disable-openapi-validation"],
                    kubeconfig: kubeconfig
                )
            ).Output;
    }
}
