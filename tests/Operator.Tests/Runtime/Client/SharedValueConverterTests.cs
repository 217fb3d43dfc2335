using System.Text;
using System.Text.Json;
using GemmaOperator.Runtime.Client;
using k8s.Models;

namespace Operator.Tests.Runtime.Client;

internal sealed class SharedValueConverterTests
{
    private const string Probe = """{"httpGet": {"path": "/healthz", "port": 8080}, "periodSeconds": 10}""";

    [Test]
    public void What_was_read_before_is_the_same_instance()
    {
        var (once, again) = (Read(Probe), Read(Probe.Replace(" ", "\n  ", StringComparison.Ordinal)));

        Assert.That(again.LivenessProbe, Is.SameAs(once.LivenessProbe));
        Assert.That(again.LivenessProbe.HttpGet.Port.Value, Is.EqualTo("8080"));
    }

    /// <summary>The reader must stand where it would stand, whether the value was known or not.</summary>
    [Test]
    public void What_follows_is_read_whether_the_value_was_known_or_not()
    {
        for (var i = 0; i < 2; i++)
        {
            Assert.That(Read("""{"periodSeconds": 77}""").Name, Is.EqualTo("server"));
        }
    }

    [TestCase("""{"periodSeconds": 10}""", """{"periodSeconds": 1, "failureThreshold": 0}""")]
    [TestCase("""{"periodSeconds": 10}""", """{"timeoutSeconds": 10}""")]
    [TestCase("""{"httpGet": {"path": "a", "port": 1}}""", """{"httpGet": {"path": "a", "port": "1x"}}""")]
    [TestCase("""{"httpGet": {"path": "é", "port": 1}}""", """{"httpGet": {"path": "è", "port": 1}}""")]
    [TestCase(
        """{"httpGet": {"path": "", "host": "ab", "port": 1}}""",
        """{"httpGet": {"path": "a", "host": "b", "port": 1}}"""
    )]
    public void Different_values_stay_different(string a, string b)
    {
        Assert.That(Read(b).LivenessProbe, Is.Not.SameAs(Read(a).LivenessProbe));
        Assert.That(Text(Read(a)), Is.Not.EqualTo(Text(Read(b))));
    }

    [Test]
    public void A_long_value_is_read_in_its_parts()
    {
        var env = string.Join(
            ',',
            Enumerable.Range(0, 200).Select(i => $$"""{"name": "V{{i}}", "value": "{{new string('x', i)}}"}""")
        );
        var json = Encoding.UTF8.GetBytes(
            $$$"""{"name": "server", "env": [{{{env}}}], "resources": {"limits": {"nvidia.com/gpu": "1"} } }"""
        );
        var (once, again) = (
            JsonSerializer.Deserialize<V1Container>(json, KubeJson.Options)!,
            JsonSerializer.Deserialize<V1Container>(json, KubeJson.Options)!
        );

        Assert.That(again.Env, Is.Not.SameAs(once.Env));
        Assert.That(again.Env.Select(e => e.Value.Length), Is.EqualTo(Enumerable.Range(0, 200)));
        Assert.That(again.Resources, Is.SameAs(once.Resources));
    }

    [Test]
    public void Nothing_is_nothing() => Assert.That(Read("null").LivenessProbe, Is.Null);

    [Test]
    public void What_is_wrong_is_told_by_its_path() =>
        Assert.That(
            () => Read("""{"periodSeconds": "soon"}"""),
            Throws.InstanceOf<JsonException>().With.Property(nameof(JsonException.Path)).Contains("livenessProbe")
        );

    [Test]
    public void What_is_written_is_what_was_read() =>
        Assert.That(
            Text(Read(Probe)),
            Is.EqualTo(
                """{"livenessProbe":{"httpGet":{"path":"/healthz","port":8080},"periodSeconds":10},"name":"server"}"""
            )
        );

    /// <summary>Several kinds are read at once, and take places from each other.</summary>
    [Test]
    public void Many_may_read_at_once() =>
        Parallel.For(
            0,
            20_000,
            i =>
            {
                var labels = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["app"] = $"a{i % 5000}",
                    ["n"] = "é\"",
                };
                var json = JsonSerializer.SerializeToUtf8Bytes(
                    new V1ObjectMeta { Name = "a", Labels = labels },
                    KubeJson.Options
                );
                var read = JsonSerializer.Deserialize<V1ObjectMeta>(json, KubeJson.Options)!;
                if (read.Labels["app"] != labels["app"] || read.Labels["n"] != "é\"" || read.Name != "a")
                {
                    throw new InvalidOperationException($"{read.Labels["app"]} instead of {labels["app"]}");
                }
            }
        );

    private static V1Container Read(string probe) =>
        JsonSerializer.Deserialize<V1Container>(
            $$"""{"livenessProbe": {{probe}}, "name": "server"}""",
            KubeJson.Options
        )!;

    private static string Text(V1Container container) => Encoding.UTF8.GetString(KubeJson.Serialize(container));
}
