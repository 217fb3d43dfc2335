using LocalCluster;
using Operator.Tests.Api;

namespace Operator.Tests.Tools;

/// <summary>An unmodified kubectl works on LocalCluster with the product's own kinds.</summary>
public sealed class KubectlTests
{
    [Test]
    public async Task Kubectl_applies_reads_explains_and_deletes_our_kinds()
    {
        var kubectl = Command.Find("kubectl", "see https://kubernetes.io/docs/tasks/tools");
        await using var cluster = await ApiServer.StartAsync(new ApiServerOptions(), CancellationToken.None);
        var folder = Directory.CreateTempSubdirectory("kubectl-");
        try
        {
            var kubeconfig = Path.Combine(folder.FullName, "config");
            await File.WriteAllTextAsync(kubeconfig, cluster.Kubeconfig);

            await Says("created", "apply", "-f", Checkout.PathTo("crds"));
            await Says("unchanged", "apply", "-f", Checkout.PathTo("crds"));
            await Says(
                "gemmabaseimage.gemmaoperator.io/gemma-service created",
                "apply",
                "-f",
                Checkout.PathTo("samples", "01-gemma-weekly.yaml")
            );
            await Says("unchanged", "apply", "-f", Checkout.PathTo("samples", "01-gemma-weekly.yaml"));
            await Says(
                "serverside-applied",
                "apply",
                "--server-side",
                "-f",
                Checkout.PathTo("samples", "03-minimal.yaml")
            );
            await Says("READY", "get", "gbi");
            await Says("gemma-service", "get", "gemma");
            await Says("Scratch Size Limit:", "describe", "gbi", "gemma-service");
            await Says("CUDA version", "explain", "gbi.spec.base");
            await Says("gbi", "api-resources", "--api-group=gemmaoperator.io");
            await Says("\"schedule\":\"0 9 * * 1\"", "get", "gbi", "gemma-service", "-o", "jsonpath={.spec}");
            await Says(
                "patched",
                "patch",
                "gbi",
                "gemma-service",
                "--type=merge",
                "-p",
                "{\"spec\":{\"suspend\":true}}"
            );
            await Says("annotated", "annotate", "gbi", "gemma-service", "gemmaoperator.io/requestedAt=now");
            await Says("gemma-service", "get", "gbi", "-w", "--request-timeout=2s");
            await Says("deleted", "delete", "gbi", "gemma-service");
            var (code, output) = await Command.RunAsync(
                kubectl,
                ["apply", "-f", Checkout.PathTo("samples", "invalid-uid-zero.yaml")],
                kubeconfig: kubeconfig
            );
            Assert.That(code, Is.Not.Zero);
            Assert.That(output, Does.Contain("spec.user.uid"));

            async Task Says(string expected, params string[] arguments)
            {
                var (_, said) = await Command.RunAsync(kubectl, arguments, kubeconfig: kubeconfig);
                Assert.That(said, Does.Contain(expected), $"kubectl {string.Join(' ', arguments)}");
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
