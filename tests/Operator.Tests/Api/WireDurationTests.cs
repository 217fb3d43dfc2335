using System.Text.Json;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Words;
using GemmaOperator.Cluster;
using GemmaOperator.Cluster.Comparison;
using GemmaOperator.Runtime.Client;
using k8s;

namespace Operator.Tests.Api;

internal sealed class WireDurationTests
{
    [Test]
    public void A_duration_is_read_once_and_written_as_it_came()
    {
        var deadline = Read("""{"progressDeadline":"90m"}""").ProgressDeadline;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(deadline.Span, Is.EqualTo(TimeSpan.FromMinutes(90)));
            Assert.That(KubernetesJson.Serialize(deadline), Is.EqualTo("\"90m\""));
            Assert.That(Read("{}").ProgressDeadline.Span, Is.EqualTo(TimeSpan.FromHours(1)), "the default");
        }
    }

    [TestCase("\"two hours\"", "two hours")]
    [TestCase("\"\"", "")]
    [TestCase("null", "")]
    public void What_is_no_duration_is_kept(string json, string kept)
    {
        var deadline = Read($$"""{"progressDeadline":{{json}}}""").ProgressDeadline;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(deadline.Value, Is.Null);
            Assert.That(deadline.Text, Is.EqualTo(kept));
            Assert.That(() => deadline.Span, Throws.TypeOf<FormatException>());
        }
    }

    [Test]
    public void Durations_are_compared_as_the_API_stores_them()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(ApiEquality.Same(Read("{}"), Read("""{"progressDeadline":"60m"}""")), Is.True);
            Assert.That(ApiEquality.Same(Read("{}"), Read("""{"progressDeadline":"1h"}""")), Is.False);
        }
    }

    private static RolloutSpec Read(string json) => JsonSerializer.Deserialize<RolloutSpec>(json, KubeJson.Options)!;
}
