using System.Text;
using System.Text.Json;
using GemmaOperator.Runtime.Client;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;

namespace Operator.Tests.Runtime.Client;

[Parallelizable(ParallelScope.All)]
public sealed class KubeJsonTests
{
    private static readonly DateTime Precise = new(2026, 3, 1, 9, 0, 0, 123, 456, DateTimeKind.Utc);

    [Test]
    public void A_time_is_written_in_whole_seconds_since_the_server_keeps_no_more() =>
        Assert.That(
            Text(new V1Condition { Type = "Ready", LastTransitionTime = Precise }),
            Is.EqualTo("""{"lastTransitionTime":"2026-03-01T09:00:00Z","type":"Ready"}""")
        );

    [TestCase(123456, "2026-03-01T09:00:00.123456Z")]
    [TestCase(0, "2026-03-01T09:00:00.000000Z")]
    public void A_lease_time_always_has_six_decimals(int microseconds, string expected)
    {
        var at = new DateTime(2026, 3, 1, 9, 0, 0, DateTimeKind.Utc).AddMicroseconds(microseconds);
        Assert.That(Text(new V1Lease { Spec = new V1LeaseSpec { RenewTime = at } }), Does.Contain($"\"{expected}\""));
    }

    [TestCase("2026-03-01T09:00:00Z")]
    [TestCase("2026-03-01T10:00:00+01:00")]
    [TestCase("2026-03-01T09:00:00.000000Z")]
    [TestCase("2026-03-01T09:00:00.000000000Z")]
    public void All_forms_of_a_time_are_read(string text)
    {
        var condition = JsonSerializer.Deserialize<V1Condition>(
            $$"""{"lastTransitionTime":"{{text}}"}""",
            KubeJson.Options
        )!;
        Assert.That(condition.LastTransitionTime, Is.EqualTo(new DateTime(2026, 3, 1, 9, 0, 0, DateTimeKind.Utc)));
    }

    [Test]
    public void Paths_follow_group_namespace_and_subresource()
    {
        var (core, grouped) = (KubeResource.Of<V1ConfigMap>(), KubeResource.Of<V1Deployment>());
        Assert.That(core.Path("n", "a"), Is.EqualTo("api/v1/namespaces/n/configmaps/a"));
        Assert.That(grouped.Path(null), Is.EqualTo("apis/apps/v1/deployments"));
        Assert.That(grouped.Path("n", "a", "status"), Is.EqualTo("apis/apps/v1/namespaces/n/deployments/a/status"));
        Assert.That(grouped.QualifiedName, Is.EqualTo("deployments.apps"));
        Assert.That(
            KubeResource.Of<PartialObjectMetadata<V1Secret>>(),
            Is.EqualTo(new KubeResource("", "v1", "Secret", "secrets", true))
        );
    }

    [TestCase("", 5, "")]
    [TestCase("abcdef", 4, "cdef")]
    [TestCase("abc", 10, "abc")]
    [TestCase("aäöü", 5, "öü")]
    public async Task The_end_of_a_log_never_begins_inside_a_character(string log, int limit, string tail)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(log));
        Assert.That(await LogTailReader.ReadAsync(stream, limit, CancellationToken.None), Is.EqualTo(tail));
    }

    [Test]
    public void Of_managed_fields_no_more_is_kept_than_the_program_asks_for()
    {
        const string Json = """
            {"metadata":{"name":"a","managedFields":[
              {"manager":"kubectl","operation":"Apply","fieldsV1":{"f:spec":{"subresource":"scale"}}},
              {"manager":"hpa","operation":"Update","subresource":"scale","fieldsV1":{"f:spec":{"f:replicas":{}}}},
              {"manager":"kubelet","operation":"Update","subresource":"status"}
            ],"resourceVersion":"5"}}
            """;
        var all = JsonSerializer.Deserialize<V1Deployment>(
            Json,
            KubeJson.Keeping(["scale", "status"]).For(typeof(V1Deployment))
        )!;
        var scale = JsonSerializer.Deserialize<V1Deployment>(
            Json,
            KubeJson.Keeping(["scale"]).For(typeof(V1Deployment))
        )!;
        var none = JsonSerializer.Deserialize<V1Deployment>(Json, KubeJson.Options)!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(all.Metadata.ManagedFields.Select(m => m.Manager), Is.EqualTo(new[] { "hpa", "kubelet" }));
            Assert.That(scale.Metadata.ManagedFields.Select(m => m.Manager), Is.EqualTo(new[] { "hpa" }));
            Assert.That(none.Metadata.ManagedFields, Is.Null);
            Assert.That(
                (all.Metadata.ResourceVersion, scale.Metadata.ResourceVersion, none.Metadata.ResourceVersion),
                Is.EqualTo(("5", "5", "5")),
                "what follows them is read"
            );
            Assert.That(Text(all), Does.Not.Contain("managedFields"), "they are the server's");
        }
    }

    private static string Text<T>(T value) => Encoding.UTF8.GetString(KubeJson.Serialize(value));
}
