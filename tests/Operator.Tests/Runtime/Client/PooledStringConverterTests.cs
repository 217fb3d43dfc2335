using System.Buffers;
using System.Text;
using System.Text.Json;
using GemmaOperator.Runtime.Client;

namespace Operator.Tests.Runtime.Client;

internal sealed class PooledStringConverterTests
{
    private static readonly JsonSerializerOptions Options = new() { Converters = { new PooledStringConverter() } };

    [Test]
    public void What_was_read_before_is_the_same_instance()
    {
        var once = Read("""["nvidia.com/gpu"]""")[0];
        Assert.That(Read("""["nvidia.com/gpu"]""")[0], Is.SameAs(once));
        Assert.That(
            JsonSerializer
                .Deserialize<Dictionary<string, string>>("""{"nvidia.com/gpu": "1"}""", Options)!
                .Keys.Single(),
            Is.SameAs(once)
        );
    }

    [TestCase("")]
    [TestCase("plain")]
    [TestCase("a \"quoted\" line\nand é 漢字 🙂")]
    public void Any_text_comes_back(string text)
    {
        var json = JsonSerializer.Serialize<string?[]>([text, new string('x', 300) + text, null], Options);
        Assert.That(Read(json), Is.EqualTo(new[] { text, new string('x', 300) + text, null }));
    }

    [Test]
    public void A_text_may_lie_across_two_buffers()
    {
        var json = Encoding.UTF8.GetBytes("""["nvidia.com/gpu"]""");
        for (var cut = 1; cut < json.Length; cut++)
        {
            var first = new Segment(json.AsMemory(..cut));
            var reader = new Utf8JsonReader(
                new ReadOnlySequence<byte>(first, 0, first.Then(json.AsMemory(cut..)), json.Length - cut)
            );
            Assert.That(
                JsonSerializer.Deserialize<string[]>(ref reader, Options),
                Is.EqualTo(new[] { "nvidia.com/gpu" })
            );
        }
    }

    [Test]
    public void What_is_no_text_is_refused()
    {
        Assert.That(() => Read("[1]"), Throws.InstanceOf<JsonException>());
        byte[] broken = [(byte)'[', (byte)'"', 0xC3, 0x28, (byte)'"', (byte)']'];
        Assert.That(() => JsonSerializer.Deserialize<string[]>(broken, Options), Throws.Exception);
    }

    private static string?[] Read(string json) => JsonSerializer.Deserialize<string?[]>(json, Options)!;

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory) => Memory = memory;

        public Segment Then(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory) { RunningIndex = RunningIndex + Memory.Length };
            Next = next;
            return next;
        }
    }
}
