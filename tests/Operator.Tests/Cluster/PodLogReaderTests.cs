using System.Net;
using GemmaOperator.Cluster;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Operator.Tests.Clusters;
using Operator.Tests.Runtime;
using Operator.Tests.Runtime.Control;

namespace Operator.Tests.Cluster;

internal sealed class PodLogReaderTests
{
    private static readonly V1Pod Pod = new()
    {
        Metadata = new V1ObjectMeta { Name = "gone", NamespaceProperty = "ml" },
    };

    [Test]
    public async Task A_log_that_can_not_be_had_is_none()
    {
        await using var cluster = await TestCluster.StartAsync();
        Assert.That(
            await new PodLogReader(cluster.Api, NullLogger<PodLogReader>.Instance).ReadAsync(
                Pod,
                "kaniko",
                CancellationToken.None
            ),
            Is.Null
        );
    }

    [Test]
    public async Task A_right_that_is_missing_is_told_where_the_pod_s_own_words_have_to_do()
    {
        var lines = new ScopedLines();
        using var loggers = LoggerFactory.Create(l => l.AddProvider(lines));
        var api = new NothingAllowed();
        Assert.That(
            await new PodLogReader(api, loggers.CreateLogger<PodLogReader>()).ReadAsync(
                Pod,
                "kaniko",
                CancellationToken.None
            ),
            Is.Null
        );
        Assert.That(
            await new PodEventReader(api, loggers.CreateLogger<PodEventReader>()).ReadAsync(
                [Pod],
                CancellationToken.None
            ),
            Is.Empty
        );
        Assert.That(
            lines.All.Select(l => l.Text),
            Has.One.Contains("Not allowed to get pods/log gone in namespace ml")
                .And.One.Contains("Not allowed to list events in namespace ml")
        );
    }

    private sealed class NothingAllowed : ScriptedApi
    {
        public override Task<string?> ReadLogAsync(
            string ns,
            string pod,
            string container,
            int tailLines,
            int limitBytes,
            CancellationToken cancellationToken
        ) => throw Forbidden(new KubeRequest("get", "pods/log", ns, pod));

        public override Task<KubePage<T>> ListAsync<T>(ListQuery query, CancellationToken cancellationToken) =>
            throw Forbidden(new KubeRequest("list", "events", query.Namespace, Name: null));

        private static KubeApiException Forbidden(KubeRequest request) =>
            new("403", request) { Code = HttpStatusCode.Forbidden };
    }
}
