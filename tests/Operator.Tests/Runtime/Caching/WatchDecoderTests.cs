using System.Buffers;
using System.Text;
using System.Text.Json;
using CsCheck;
using GemmaOperator.Runtime.Caching;
using GemmaOperator.Runtime.Client;
using k8s.Models;
using Operator.Tests.Runtime.Gadgets;

namespace Operator.Tests.Runtime.Caching;

[Parallelizable(ParallelScope.All)]
public sealed class WatchDecoderTests
{
    private const string Stream = """
        {"type":"ADDED","object":{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a","namespace":"n","resourceVersion":"5","annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{}","keep":"me"},"managedFields":[{"manager":"x","fieldsV1":{"f:a":{"}":"\n"}}}]},"data":{"text":"zwölf {\"}\\n"}}}
        {"object":{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a","namespace":"n","resourceVersion":"6"}},"type":"MODIFIED"}

        {"type":"BOOKMARK","object":{"kind":"ConfigMap","apiVersion":"v1","metadata":{"resourceVersion":"9","creationTimestamp":null}}}
        {"type":"DELETED","object":{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a","namespace":"n","resourceVersion":"10"}},"extra":[1,{}]}
        {"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","status":"Failure","message":"too old resource version: 5 (9)","reason":"Expired","code":410}}

        """;

    private static readonly string[] Expected = ["Added 5", "Modified 6", "Bookmark 9", "Deleted 10", "Error 410"];

    [Test]
    public void Every_way_to_cut_the_stream_in_two_gives_the_same_events()
    {
        var bytes = Bytes(Stream);
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            Assert.That(Feed([bytes[..cut], bytes[cut..]]).Select(Describe), Is.EqualTo(Expected), $"cut at {cut}");
        }
    }

    [Test]
    public void Byte_by_byte_gives_the_same_events() =>
        Assert.That(Feed([.. Bytes(Stream).Select(b => new[] { b })]).Select(Describe), Is.EqualTo(Expected));

    [Test]
    public void Any_segmentation_gives_the_same_events() =>
        Gen.Int[1, 60]
            .Array[1, 40]
            .Sample(
                sizes =>
                {
                    var rest = Bytes(Stream);
                    var pieces = new List<byte[]>();
                    for (var i = 0; rest.Length > 0; i++)
                    {
                        var size = Math.Min(sizes[i % sizes.Length], rest.Length);
                        pieces.Add(rest[..size]);
                        rest = rest[size..];
                    }

                    return Feed(pieces).Select(Describe).SequenceEqual(Expected);
                },
                iter: 300
            );

    [Test]
    public void A_line_that_was_cut_off_is_never_an_event()
    {
        var bytes = Bytes(Stream);
        var first = Array.IndexOf(bytes, (byte)'\n');
        for (var cut = 0; cut < first; cut++)
        {
            Assert.That(Feed([bytes[..cut]]), Is.Empty);
        }
    }

    [Test]
    public void What_nobody_reads_is_dropped_on_the_way()
    {
        var added = Feed([Bytes(Stream)])[0].Object!;
        Assert.That(added.Metadata.ManagedFields, Is.Null);
        Assert.That(added.Metadata.Annotations.Keys, Is.EqualTo(["keep"]));
        Assert.That(added.Data["text"], Is.EqualTo("zwölf {\"}\\n"));
    }

    [Test]
    public void Long_annotations_are_dropped_unless_they_are_of_the_kinds_own_group()
    {
        var text = new string('x', 1025);
        var map = Feed([Bytes(Added("v1", "ConfigMap"))])[0].Object!;
        Assert.That(map.Metadata.Annotations.Keys, Is.EqualTo(["tool.example.com/short"]));

        var decoder = new WatchDecoder<Gadget>(KubeJson.Plain);
        var bytes = new ReadOnlySequence<byte>(Bytes(Added(Gadget.Domain + "/v1", "Gadget")));
        Assert.That(decoder.TryRead(ref bytes, out var gadget));
        Assert.That(
            gadget.Object!.Metadata.Annotations.Keys,
            Is.EquivalentTo(["tool.example.com/short", Gadget.Domain + "/long"])
        );

        string Added(string version, string kind)
        {
            var metadata = new V1ObjectMeta
            {
                Name = "a",
                ResourceVersion = "7",
                Annotations = new Dictionary<string, string>
                {
                    ["tool.example.com/short"] = "x",
                    ["tool.example.com/long"] = text,
                    [Gadget.Domain + "/long"] = text,
                    [Gadget.Domain + "x/long"] = text,
                },
            };
            return JsonSerializer.Serialize(
                    new
                    {
                        type = "ADDED",
                        @object = new
                        {
                            apiVersion = version,
                            kind,
                            metadata = JsonSerializer.Deserialize<JsonElement>(k8s.KubernetesJson.Serialize(metadata)),
                        },
                    }
                ) + "\n";
        }
    }

    [TestCase("<html>bad gateway</html>")]
    [TestCase("""{"type":"ADDED"}""")]
    [TestCase("""{"type":"NEWS","object":{}}""")]
    [TestCase("""{"type":"ADDED","object":{"metadata":{}}}""")]
    public void Garbage_is_an_error_and_not_an_event(string line) =>
        Assert.That(() => Feed([Bytes(line + "\n")]), Throws.InstanceOf<JsonException>());

    [TestCase(
        """{"type":"MODIFIED","object":{"metadata":{"name":"a","namespace":"n","resourceVersion":"7"},"data":{"x":{"deep":[1,"""
            + """2]}},"kind":"ConfigMap"}}""",
        "data.x"
    )]
    [TestCase(
        """{"object":{"data":"text","metadata":{"name":"a","namespace":"n","resourceVersion":"7"}},"type":"ADDED"}""",
        "data"
    )]
    [TestCase(
        """{"type":"DELETED","object":{"immutable":"yes","metadata":{"name":"a","namespace":"n","resourceVersion":"7"}}}""",
        "immutable"
    )]
    public void An_object_that_does_not_fit_is_told_by_name_and_the_stream_goes_on(string line, string path)
    {
        var events = Feed([Bytes(line + "\n" + Stream)]);

        Assert.That(events.Skip(1).Select(Describe), Is.EqualTo(Expected));
        Assert.That(events[0].Object, Is.Null);
        Assert.That(events[0].ResourceVersion, Is.EqualTo("7"));
        Assert.That(events[0].Unreadable!.Metadata.Name, Is.EqualTo("a"));
        Assert.That(events[0].Unreadable!.Kind, Is.EqualTo("ConfigMap"));
        Assert.That(events[0].Unreadable!.Why, Does.StartWith($"{path}: "));
        Assert.That(events[0].Unreadable!.Why, Does.Not.Contain("BytePosition"));
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\n"));

    private static string Describe(WatchEvent<V1ConfigMap> e) =>
        $"{e.Type} {e.ResourceVersion ?? e.Error?.Code.ToString()}";

    /// <summary>As a pipe would: what isn't consumed comes again, with more behind it.</summary>
    private static List<WatchEvent<V1ConfigMap>> Feed(IReadOnlyList<byte[]> pieces)
    {
        var decoder = new WatchDecoder<V1ConfigMap>(KubeJson.Plain);
        var events = new List<WatchEvent<V1ConfigMap>>();
        List<byte[]> kept = [];
        foreach (var piece in pieces)
        {
            kept.Add(piece);
            var buffer = Segment.Sequence(kept);
            while (decoder.TryRead(ref buffer, out var next))
            {
                events.Add(next);
            }

            kept = [buffer.ToArray()];
        }

        return events;
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        private Segment(byte[] bytes, Segment? before)
        {
            Memory = bytes;
            if (before is not null)
            {
                before.Next = this;
                RunningIndex = before.RunningIndex + before.Memory.Length;
            }
        }

        public static ReadOnlySequence<byte> Sequence(IEnumerable<byte[]> pieces)
        {
            Segment? first = null,
                last = null;
            foreach (var piece in pieces)
            {
                last = new Segment(piece, last);
                first ??= last;
            }

            return new(first!, 0, last!, last!.Memory.Length);
        }
    }
}
