using GemmaOperator.Hosting;
using k8s.Exceptions;

namespace GemmaOperator.Tests.Hosting;

[Parallelizable(ParallelScope.All)]
public sealed class KubeconfigTests
{
    [TestCase("", "is empty")]
    [TestCase("not: [yaml", "flow sequence")]
    [TestCase("{apiVersion: v1, kind: Config, current-context: x, contexts: [], clusters: [], users: []}", "x not found")]
    [TestCase("{apiVersion: v1, kind: Config, current-context: x, contexts: [{name: x, context: {cluster: c, user: u}}], clusters: [{name: c, cluster: {server: 'https://127.0.0.1:1', certificate-authority-data: '%%%'}}], users: [{name: u, user: {token: t}}]}", "Base-64")]
    public void A_broken_kubeconfig_is_one_line_that_says_what_is_wrong(string content, string told)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, content);
            Assert.That(
                () => OperatorProgram.Configuration(new OperatorOptions { Kubeconfig = file }),
                Throws.TypeOf<KubeConfigException>().With.Message.Contains(told));
        }
        finally
        {
            File.Delete(file);
        }
    }
}
