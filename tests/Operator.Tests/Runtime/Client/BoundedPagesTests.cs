using System.Collections.Concurrent;
using System.Globalization;
using GemmaOperator.Runtime.Client;
using GemmaOperator.Runtime.Contracts;
using GemmaOperator.Runtime.Host;
using k8s.Models;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Operator.Tests.Runtime.Client;

/// <summary>Hostile 7: what others hang on their objects fills no memory, after a restart neither.</summary>
public sealed class BoundedPagesTests
{
    private const int Objects = 200;

    /// <summary>As much as the API server takes: 256 KiB of annotations.</summary>
    private static readonly string Heavy = string.Join(
        ',',
        Enumerable.Range(0, 250).Select(i => $"\"a{i}\":\"{new string((char)('a' + (i % 26)), 1000)}\"")
    );

    [Test]
    public void Of_metadata_alone_only_what_names_an_object_is_kept()
    {
        var read = System
            .Text.Json.JsonSerializer.Deserialize<PartialObjectMetadata<V1ConfigMap>>(
                $$$"""
                {"kind":"PartialObjectMetadata","metadata":{"annotations":{{{{Heavy}}}},"labels":{"a":"b"},"name":"c",
                 "ownerReferences":[{"uid":"u"}],"finalizers":["f"],"managedFields":[{"manager":"m"}],"generateName":"g",
                 "namespace":"n","uid":"u","resourceVersion":"5","creationTimestamp":"2026-03-01T09:00:00Z","x":[{}]},
                 "apiVersion":"meta.k8s.io/v1"}
                """,
                KubeJson.Options
            )!
            .Metadata;
        using (Assert.EnterMultipleScope())
        {
            Assert.That((read.Name, read.NamespaceProperty, read.Uid), Is.EqualTo(("c", "n", "u")));
            Assert.That(read.ResourceVersion, Is.EqualTo("5"));
            Assert.That((read.Annotations, read.Labels), Is.EqualTo(((object?)null, (object?)null)));
            Assert.That((read.OwnerReferences, read.Finalizers), Is.EqualTo(((object?)null, (object?)null)));
            Assert.That(read.ManagedFields, Is.Null);
        }
    }

    [Test]
    public async Task Caches_fill_among_hostile_objects_in_pages_that_become_smaller()
    {
        var asked = new ConcurrentQueue<(int Limit, int From)>();
        await using var server = await AnswerServer.StartAsync();
        server.Answer = context => AnswerAsync(context, asked);
        await using var host = new ControllerHost(
            new ControllerHostOptions
            {
                Configuration = server.Configuration,
                ReportingController = "test/controller",
                Transport = new KubeTransportOptions { FieldManager = "test" },
            },
            NullLoggerFactory.Instance,
            TimeProvider.System,
            Prometheus.Metrics.NewCustomRegistry()
        );
        var cache = host.MetadataCache<V1ConfigMap>();
        await host.StartAsync(CancellationToken.None);
        await host.Filled.WaitAsync(TimeSpan.FromSeconds(60));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(cache.List().Select(m => m.Metadata.Name).Distinct().Count(), Is.EqualTo(Objects));
            Assert.That(cache.List(), Has.All.Property("Metadata").Property("Uid").EqualTo("u"));
            Assert.That(asked.First(), Is.EqualTo((125, 0)));
            Assert.That(asked.Last().Limit * Heavy.Length, Is.LessThan(4 << 20), "pages fit the bound");
            Assert.That(asked.Count(a => a.From == 0), Is.InRange(2, 4), "it goes on from where it was");
        }
    }

    [TestCase(10, ExpectedResult = 10)]
    [TestCase(1000, ExpectedResult = 20)]
    public int Annotations_of_others_are_kept_as_far_as_there_is_room(int number)
    {
        var pod = new V1Pod
        {
            Metadata = new V1ObjectMeta
            {
                Name = "p",
                Annotations = Enumerable
                    .Range(0, number)
                    .ToDictionary(i => $"note-{i:D3}", i => new string('x', i < 10 ? 10 : 800 + i)),
            },
        };
        ObjectTrimmer.Trim(pod, KubeResource.Of<V1Pod>());
        Assert.That(pod.Metadata.Annotations.Sum(a => a.Key.Length + a.Value.Length), Is.LessThanOrEqualTo(16 * 1024));
        Assert.That(pod.Metadata.Annotations, Contains.Key("note-009"), "short ones are kept first");
        return Math.Min(pod.Metadata.Annotations.Count, 20);
    }

    private static async Task AnswerAsync(HttpContext context, ConcurrentQueue<(int Limit, int From)> asked)
    {
        context.Response.ContentType = "application/json";
        var query = context.Request.Query;
        if (!context.Request.Path.Value!.EndsWith("/configmaps", StringComparison.Ordinal))
        {
            await context.Response.WriteAsync("""{"major":"1","minor":"36"}""");
            return;
        }

        if (query.ContainsKey("watch"))
        {
            await context.Response.StartAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
            return;
        }

        var from = query.TryGetValue("continue", out var at) ? int.Parse(at!, CultureInfo.InvariantCulture) : 0;
        var limit = query.TryGetValue("limit", out var most) ? int.Parse(most!, CultureInfo.InvariantCulture) : Objects;
        asked.Enqueue((limit, from));
        var to = Math.Min(from + limit, Objects);
        var next = to < Objects ? $"\"continue\":\"{to}\"," : "";
        await context.Response.WriteAsync(
            $$"""{"kind":"PartialObjectMetadataList","metadata":{{{next}}"resourceVersion":"9"},"items":["""
        );
        for (var i = from; i < to; i++)
        {
            await context.Response.WriteAsync(
                $$$$"""
                {{{{(i > from ? "," : "")}}}}{"metadata":{"name":"c{{{{i}}}}","namespace":"n","uid":"u",
                 "resourceVersion":"1","annotations":{ {{{{Heavy}}}} }}}
                """
            );
        }

        await context.Response.WriteAsync("]}");
    }
}
