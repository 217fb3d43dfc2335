using GemmaOperator.Reconcilers;
using GemmaOperator.Tests.Clusters;
using k8s.Models;

namespace Operator.Tests.Reconcilers;

internal sealed class PodLogReaderTests
{
    [Test]
    public async Task A_log_that_can_not_be_had_is_none()
    {
        await using var cluster = await TestCluster.StartAsync();
        var gone = new V1Pod { Metadata = new V1ObjectMeta { Name = "gone", NamespaceProperty = cluster.Namespace } };
        Assert.That(await new PodLogReader(cluster.Api).ReadAsync(gone, CancellationToken.None), Is.Null);
    }
}
