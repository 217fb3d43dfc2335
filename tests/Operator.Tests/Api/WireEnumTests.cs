using System.Text.Json;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Words;
using GemmaOperator.Cluster;
using GemmaOperator.Cluster.Comparison;
using GemmaOperator.Runtime.Client;
using k8s;

namespace Operator.Tests.Api;

internal sealed class WireEnumTests
{
    [Test]
    public void A_known_word_is_its_value()
    {
        var rollout = Read("""{"mode":"PublishOnly"}""");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(rollout.Mode.Value, Is.EqualTo(RolloutMode.PublishOnly));
            Assert.That(rollout.Mode == RolloutMode.PublishOnly, Is.True);
            Assert.That(rollout.Mode != RolloutMode.Managed, Is.True);
            Assert.That(rollout.Approval.Value, Is.EqualTo(RolloutApproval.Automatic), "the default");
        }
    }

    [TestCase("\"Later\"", "Later")]
    [TestCase("\"managed\"", "managed", Description = "letters' case counts")]
    [TestCase("\"0\"", "0", Description = "a number is no word")]
    [TestCase("\"\"", "")]
    [TestCase("null", "")]
    public void An_unknown_word_is_kept_and_equals_none(string json, string kept)
    {
        var mode = Read($$"""{"mode":{{json}}}""").Mode;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(mode.Text, Is.EqualTo(kept));
            Assert.That(mode.Value, Is.Null);
            Assert.That(mode, Is.Not.EqualTo((WireEnum<RolloutMode>)RolloutMode.Managed));
            Assert.That(KubernetesJson.Serialize(mode), Is.EqualTo($"\"{kept}\""), "written as it came");
        }
    }

    [Test]
    public void What_is_no_string_is_no_word() =>
        Assert.That(() => Read("""{"mode":1}"""), Throws.InstanceOf<JsonException>());

    [Test]
    public void A_wire_name_may_differ_from_the_values() =>
        Assert.That(KubernetesJson.Serialize(new SmokeTestSpec().Path), Is.EqualTo("\"/v1/completions\""));

    [Test]
    public void An_escaped_word_is_the_same_word() =>
        Assert.That(Read("""{"mode":"\u004danaged"}""").Mode.Value, Is.EqualTo(RolloutMode.Managed));

    [Test]
    public void Every_decode_of_a_known_word_shares_one_text() =>
        Assert.That(
            Read("""{"mode":"PublishOnly"}""").Mode.Text,
            Is.SameAs(Read("""{"mode":"PublishOnly"}""").Mode.Text)
        );

    [Test]
    public void Words_are_compared_as_the_API_stores_them()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(ApiEquality.Same(Read("{}"), Read("""{"mode":"Managed"}""")), Is.True);
            Assert.That(ApiEquality.Same(Read("{}"), Read("""{"mode":"Later"}""")), Is.False);
            Assert.That(ApiEquality.Same(Read("""{"mode":"Later"}"""), Read("""{"mode":"Later"}""")), Is.True);
        }
    }

    private static RolloutSpec Read(string json) => JsonSerializer.Deserialize<RolloutSpec>(json, KubeJson.Options)!;
}
