using GemmaOperator.Cluster;
using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Operator.Tests.Clusters;

namespace Operator.Tests.Cluster;

internal sealed class PodEventReaderTests
{
    [Test]
    public async Task Only_what_is_about_the_Job_and_its_pods_is_read_oldest_first()
    {
        await using var cluster = await TestCluster.StartAsync();
        await WriteAsync(cluster, "Pod", "base-1-1-abcde", "Failed", 2);
        await WriteAsync(cluster, "Pod", "base-1-1-abcde", "FailedMount", 1);
        await WriteAsync(cluster, "Pod", "other-1-1-abcde", "FailedScheduling", 3);
        await WriteAsync(cluster, "Job", "base-1-1", "FailedCreate", 4);
        var reader = new PodEventReader(cluster.Api, NullLogger<PodEventReader>.Instance);
        var job = new V1Job
        {
            Metadata = new V1ObjectMeta { Name = "base-1-1", NamespaceProperty = cluster.Namespace },
        };
        var pod = new V1Pod
        {
            Metadata = new V1ObjectMeta { Name = "base-1-1-abcde", NamespaceProperty = cluster.Namespace },
        };

        var known = await reader.ReadAsync(job, [pod], CancellationToken.None);
        var gone = await reader.ReadAsync(job, [], CancellationToken.None);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(known.Select(e => e.Reason), Is.EqualTo(new[] { "FailedMount", "Failed" }));
            Assert.That(gone.Select(e => e.Reason), Is.EqualTo(new[] { "FailedMount", "Failed", "FailedCreate" }));
        }
    }

    private static Task WriteAsync(TestCluster cluster, string kind, string name, string reason, int minute) =>
        cluster.Api.CreateAsync(
            new Corev1Event
            {
                Metadata = new V1ObjectMeta
                {
                    Name = $"{name}.{reason.ToLowerInvariant()}",
                    NamespaceProperty = cluster.Namespace,
                },
                InvolvedObject = new V1ObjectReference
                {
                    Kind = kind,
                    Name = name,
                    NamespaceProperty = cluster.Namespace,
                },
                Reason = reason,
                Message = reason,
                Type = "Warning",
                FirstTimestamp = A.Morning.AddMinutes(minute),
                LastTimestamp = A.Morning.AddMinutes(minute),
            },
            CancellationToken.None
        );
}
