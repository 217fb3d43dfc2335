using System.Text.Json;
using System.Text.Json.Nodes;
using GemmaInference.Native;
using GemmaInference.Text;

namespace Inference.Tests.Text;

/// <summary>A tokenizer.json alone gives the ids that the model it was made of gives.</summary>
[TestFixture]
internal sealed class TokenizerJsonTests
{
    private static readonly SentencePieceModel Tiny = SentencePieceModel.ReadFile(
        TorchForTests.Reference("tiny.model")
    );

    [Test]
    public void Five_hundred_texts_get_the_ids_that_sentencepiece_gives([Values] bool pairsAsLists)
    {
        using var scratch = new ScratchDirectory();
        File.WriteAllText(scratch["tokenizer.json"], Converted(pairsAsLists).ToJsonString());
        var tokenizer = new Tokenizer(SentencePieceModel.ReadDirectory(scratch.Path));
        var cases = JsonDocument.Parse(File.ReadAllText(TorchForTests.Reference("golden_tokens.json")));
        using (Assert.EnterMultipleScope())
        {
            foreach (var item in cases.RootElement.EnumerateArray())
            {
                var text = item.GetProperty("text").GetString()!;
                var ids = item.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()).ToArray();
                Assert.That(tokenizer.EncodeTrusted(text), Is.EqualTo(ids), () => text);
            }
        }

        Assert.That(
            tokenizer.Encode("<start_of_turn><bos>"),
            Does.Not.Contain(tokenizer.Control("<start_of_turn>")).And.Not.Contain(tokenizer.Control("<bos>"))
        );
    }

    [TestCase("tokenizer.model")]
    [TestCase("tokenizer.json")]
    public void A_pointer_of_git_lfs_is_named(string file)
    {
        using var scratch = new ScratchDirectory();
        File.WriteAllText(scratch[file], "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n");
        Assert.That(
            () => SentencePieceModel.ReadDirectory(scratch.Path),
            Throws.TypeOf<InferenceException>().With.Message.Contains("git lfs pull")
        );
    }

    [Test]
    public void The_model_itself_wins_where_both_are_there()
    {
        using var scratch = new ScratchDirectory();
        File.WriteAllText(scratch["tokenizer.json"], "not read");
        File.Copy(TorchForTests.Reference("tiny.model"), scratch["tokenizer.model"]);
        Assert.That(SentencePieceModel.ReadDirectory(scratch.Path).Pieces, Has.Count.EqualTo(Tiny.Pieces.Count));
    }

    [Test]
    public void A_token_that_a_fine_tune_hides_is_never_made_of_what_people_write()
    {
        var json = Converted(true);
        json["added_tokens"]!
            .AsArray()
            .Add(
                new JsonObject
                {
                    ["id"] = Tiny.Pieces.Count,
                    ["content"] = "<tool_call>",
                    ["special"] = true,
                }
            );
        var tokenizer = new Tokenizer(Read(json));
        Assert.That(tokenizer.Encode("<tool_call>"), Does.Not.Contain(Tiny.Pieces.Count));
        Assert.That(tokenizer.Decode([Tiny.Pieces.Count]), Is.Empty);
    }

    [TestCase("model.type", "\"Unigram\"", "only BPE")]
    [TestCase("model.byte_fallback", "false", "byte fallback")]
    [TestCase("model.ignore_merges", "true", "ignore_merges")]
    [TestCase("model.end_of_word_suffix", "\"</w>\"", "end_of_word_suffix")]
    [TestCase("normalizer", "null", "normalizer")]
    [TestCase("normalizer", """{"type":"NFKC"}""", "normalizer")]
    [TestCase("pre_tokenizer", """{"type":"ByteLevel"}""", "pre_tokenizer")]
    [TestCase("model.vocab", """{"a":99999999}""", "id 99999999 is impossible")]
    [TestCase("model.vocab", """{"a":-1}""", "id -1 is impossible")]
    [TestCase("model.vocab", """{"a":0}""", "byte fallback")]
    [TestCase("model.vocab", "[]", "not a tokenizer")]
    [TestCase("model.merges", "null", "not a tokenizer")]
    [TestCase("model", "null", "not a tokenizer")]
    [TestCase("added_tokens", """[{"id":"x","content":"y"}]""", "not a tokenizer")]
    public void What_is_asked_for_and_not_done_is_named(string field, string value, string says)
    {
        var json = Converted(true);
        var parts = field.Split('.');
        var inside = parts.Length == 1 ? json : json[parts[0]]!.AsObject();
        inside[parts[^1]] = JsonNode.Parse(value);
        Assert.That(() => Read(json), Throws.TypeOf<InferenceException>().With.Message.Contains(says));
    }

    private static SentencePieceModel Read(JsonObject json)
    {
        using var scratch = new ScratchDirectory();
        File.WriteAllText(scratch["tokenizer.json"], json.ToJsonString());
        return TokenizerJson.ReadFile(scratch["tokenizer.json"]);
    }

    /// <summary>Writes the tiny model as the hub's converter does: the pairs of each piece, best piece first.</summary>
    private static JsonObject Converted(bool pairsAsLists)
    {
        var ids = Tiny.Pieces.Index().ToDictionary(p => p.Item.Text, p => p.Index, StringComparer.Ordinal);
        var merges = Tiny
            .Pieces.Where(piece => piece.Kind == PieceKind.Normal && piece.Text.Length > 1)
            .OrderByDescending(piece => piece.Score)
            .SelectMany(piece =>
                Enumerable.Range(1, piece.Text.Length - 1).Select(at => (piece.Text[..at], piece.Text[at..]))
            )
            .Where(pair => ids.ContainsKey(pair.Item1) && ids.ContainsKey(pair.Item2))
            .Select(pair =>
                pairsAsLists
                    ? (JsonNode)new JsonArray(pair.Item1, pair.Item2)
                    : JsonValue.Create($"{pair.Item1} {pair.Item2}")
            );
        var added = Tiny
            .Pieces.Index()
            .Where(p => p.Item.Kind is PieceKind.Control or PieceKind.Unknown or PieceKind.UserDefined)
            .Select(p =>
                (JsonNode)
                    new JsonObject
                    {
                        ["id"] = p.Index,
                        ["content"] = p.Item.Text,
                        ["special"] = ControlNames.Match(p.Item.Text),
                    }
            );
        return new JsonObject
        {
            ["added_tokens"] = new JsonArray([.. added]),
            ["normalizer"] = JsonNode.Parse("""{"type":"Replace","pattern":{"String":" "},"content":"▁"}"""),
            ["pre_tokenizer"] = JsonNode.Parse(
                """{"type":"Split","pattern":{"String":" "},"behavior":"MergedWithPrevious","invert":false}"""
            ),
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["byte_fallback"] = true,
                ["ignore_merges"] = false,
                ["vocab"] = new JsonObject(ids.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)p.Value))),
                ["merges"] = new JsonArray([.. merges]),
            },
        };
    }
}
