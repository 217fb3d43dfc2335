using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cli.Tests.Views;
using KubectlGemma.Cluster;
using KubectlGemma.Facts;
using KubectlGemma.Views;

namespace Cli.Tests.Cluster;

/// <summary>Of an answer is kept what is asked for, however it comes.</summary>
public sealed class PrunedAnswerTests
{
    private const string Page = """
        {"apiVersion": "v1", "items": [
          {"metadata": {"name": "a\u001bé\"", "labels": {"name": [1, {"name": 2}]}, "uid": "x"}, "n": 1.50, "t": null},
          {"n": {"all": [true, {"of": "it"}]}, "metadata": "odd", "other": [[], {}]},
          "neither", 7
        ], "metadata": {"continue": "more", "resourceVersion": "12", "remainingItemCount": 3}, "kind": "List"}
        """;

    private const string Kept = """
        {"items": [{"metadata": {"name": "a\u001bé\""}, "n": 1.50}, {"n": {"all": [true, {"of": "it"}]}, "metadata": "odd"},
          "neither", 7], "metadata": {"continue": "more", "resourceVersion": "12"}}
        """;

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(7)]
    [TestCase(64)]
    [TestCase(100_000)]
    public async Task What_is_kept_is_what_is_asked_for_in_whatever_pieces_it_comes(int piece)
    {
        var kept = KeptFields.OfList(new("metadata", new KeptFields("name")), new("n"));
        var read = await ReadAsync(Page, kept, piece);
        Assert.That(JsonNode.DeepEquals(JsonNode.Parse(read.GetRawText()), JsonNode.Parse(Kept)), read.GetRawText());
    }

    [TestCase("")]
    [TestCase("<html>")]
    [TestCase("""{"items": [""")]
    [TestCase("""{"items": []} x""")]
    [TestCase("""{"metadata": {"continue": "\ud800"}}""")]
    public void What_is_no_json_is_refused(string text) =>
        Assert.That(() => ReadAsync(text, KeptFields.OfList(), 5), Throws.InstanceOf<JsonException>());

    [Test]
    public async Task A_long_text_is_read_and_one_that_no_object_has_is_refused()
    {
        var kept = KeptFields.OfList(new KeptFields("a"));
        var text = new string('x', 1_000_000);
        var read = await ReadAsync($$"""{"items": [{"b": "{{text}}", "a": "{{text}}"}]}""", kept, 1 << 20);
        Assert.That(read.GetProperty("items")[0].TextAt("a"), Is.EqualTo(text));

        var endless = new string('x', 40_000_000);
        Assert.That(() => ReadAsync($$"""{"b": "{{endless}}"}""", kept, 1 << 20), Throws.InstanceOf<JsonException>());
    }

    /// <summary>Holds <see cref="ImageRow.Fields"/> to what the list and the costs show.</summary>
    [Test]
    public async Task The_list_shows_the_same_of_what_is_kept()
    {
        var text = Recording.RolledBack.At("image").GetRawText();
        var asked = text.Replace("\"creationTimestamp\"", "\"deletionTimestamp\"", StringComparison.Ordinal);
        foreach (var image in (IEnumerable<string>)[text, asked, With(text, o => o["spec"]!["suspend"] = true)])
        {
            var page = await ReadAsync($$"""{"items": [{{image}}]}""", KeptFields.OfList(ImageRow.Fields), 4096);
            using var whole = JsonDocument.Parse(image);
            Assert.That(Shown(page.GetProperty("items")[0]), Is.EqualTo(Shown(whole.RootElement)));
        }
    }

    private static string Shown(JsonElement image)
    {
        var row = ImageRow.Read(image);
        return string.Join(
            '\n',
            ListView
                .Table([row], Recording.Now, withNamespace: true, isWide: true)
                .Lines()
                .Concat(CostView.Lines([row, row], withNamespace: true))
                .Select(l => l.Text)
                .Append(CostView.Data([row]).ToJsonString())
                .Append($"{row.IsAskedFor} {row.Held} {row.Stalled?.Reason} {row.Reconciling?.Reason}")
        );
    }

    private static string With(string json, Action<JsonNode> change)
    {
        var node = JsonNode.Parse(json)!;
        change(node);
        return node.ToJsonString();
    }

    private static async Task<JsonElement> ReadAsync(string text, KeptFields kept, int piece)
    {
        using var answer = new Pieces(Encoding.UTF8.GetBytes(text), piece);
        return (await PrunedAnswer.ReadAsync(answer, kept, CancellationToken.None)).RootElement;
    }

    /// <summary>Gives at most so many bytes at a time.</summary>
    private sealed class Pieces(byte[] bytes, int piece) : MemoryStream(bytes, writable: false)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
    }
}
