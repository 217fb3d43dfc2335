using System.Text.Json;
using GemmaInference.Native;

namespace GemmaInference.Text;

/// <summary>
/// Reads a <c>tokenizer.json</c> (format: Hugging Face's tokenizers), which fine-tunes often have alone: a BPE over
/// spaces that became ▁, with byte fallback, as the hub's conversions of Gemma's SentencePiece model are. What asks for
/// something else is refused by name.
/// </summary>
internal static class TokenizerJson
{
    /// <summary>Bounds ids, so that one odd id makes no array of gigabytes.</summary>
    private const int MaxPieces = 4_000_000;

    /// <exception cref="InferenceException">The file is malformed, or asks for what isn't done here.</exception>
    public static SentencePieceModel ReadFile(string path)
    {
        GitLfs.Refuse(path);
        try
        {
            using var file = File.OpenRead(path);
            using var document = JsonDocument.Parse(file);
            return Read(document.RootElement, path);
        }
        catch (Exception cause)
            when (cause is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InferenceException(path, $"not a tokenizer: {cause.Message}", cause);
        }
    }

    private static SentencePieceModel Read(JsonElement root, string path)
    {
        var model = root.GetProperty("model");
        if (Unsupported(root, model) is { } wrong)
        {
            throw new InferenceException(path, wrong);
        }

        var ranks = Ranks(model.GetProperty("merges"));
        var pieces = new List<Piece>();
        foreach (var entry in model.GetProperty("vocab").EnumerateObject())
        {
            var text = entry.Name;
            Put(pieces, entry.Value.GetInt32(), new Piece(text, Score(ranks, text), KindOf(text)), path);
        }

        foreach (var added in Items(root, "added_tokens"))
        {
            var text = added.GetProperty("content").GetString()!;
            // SentencePiece finds those that people may write; the others are never made of text.
            var isHidden = Flag(added, "special") && !ControlNames.Match(text);
            var kind =
                KindOf(text) is not PieceKind.Normal and var known ? known
                : isHidden ? PieceKind.Control
                : PieceKind.UserDefined;
            Put(pieces, added.GetProperty("id").GetInt32(), new Piece(text, 0, kind), path);
        }

        return SentencePieceModel.Of(pieces, path);
    }

    /// <summary>Returns what the file asks for and isn't done here; null when there is nothing.</summary>
    private static string? Unsupported(JsonElement root, JsonElement model) =>
        Text(model, "type") is not (null or "BPE") ? "only BPE models are supported"
        : !Flag(model, "byte_fallback") ? "only models with byte fallback are supported"
        : Flag(model, "ignore_merges") ? "'ignore_merges' is not supported"
        : Text(model, "continuing_subword_prefix") is { Length: > 0 } ? "'continuing_subword_prefix' is not supported"
        : Text(model, "end_of_word_suffix") is { Length: > 0 } ? "'end_of_word_suffix' is not supported"
        : !EscapesSpaces(root) ? "only a normalizer that replaces spaces by ▁ is supported"
        : !SplitsNothing(root) ? "only a pre_tokenizer that splits at spaces, after they were replaced, is supported"
        : null;

    private static bool EscapesSpaces(JsonElement root)
    {
        var steps = Steps(root, "normalizer", "normalizers");
        return steps.Count == 1
            && Text(steps[0], "type") == "Replace"
            && Text(steps[0], "content") == Tokenizer.Space.ToString()
            && Pattern(steps[0]) == " ";
    }

    /// <summary>By then there are no spaces left to split at.</summary>
    private static bool SplitsNothing(JsonElement root) =>
        Steps(root, "pre_tokenizer", "pretokenizers").All(s => Text(s, "type") == "Split" && Pattern(s) == " ");

    /// <summary>Returns the steps of a part: none where it is null, its own where it is a sequence.</summary>
    private static List<JsonElement> Steps(JsonElement root, string name, string within) =>
        !root.TryGetProperty(name, out var part) || part.ValueKind == JsonValueKind.Null ? []
        : Text(part, "type") == "Sequence" ? [.. Items(part, within)]
        : [part];

    private static string? Pattern(JsonElement step) =>
        step.TryGetProperty("pattern", out var pattern) && pattern.ValueKind == JsonValueKind.Object
            ? Text(pattern, "String")
            : null;

    /// <summary>Returns by piece how early it is merged: the first of the pairs that make it counts.</summary>
    private static Dictionary<string, int> Ranks(JsonElement merges)
    {
        var ranks = new Dictionary<string, int>(merges.GetArrayLength(), StringComparer.Ordinal);
        foreach (var (rank, merge) in merges.EnumerateArray().Index())
        {
            // "a b", or since 2024 ["a", "b"].
            var whole =
                merge.ValueKind == JsonValueKind.Array
                    ? string.Concat(merge.EnumerateArray().Select(half => half.GetString()))
                    : string.Concat(merge.GetString()!.Split(' ', 2));
            ranks.TryAdd(whole, rank);
        }

        return ranks;
    }

    /// <summary>Pieces that no pair makes come after all that one does.</summary>
    private static float Score(Dictionary<string, int> ranks, string piece) =>
        -(float)(ranks.TryGetValue(piece, out var rank) ? rank : ranks.Count);

    private static PieceKind KindOf(string text) =>
        text is "<unk>" ? PieceKind.Unknown
        : text is "<pad>" or "<bos>" or "<eos>" ? PieceKind.Control
        : text is ['<', '0', 'x', var high, var low, '>']
        && char.IsAsciiHexDigitUpper(high)
        && char.IsAsciiHexDigitUpper(low)
            ? PieceKind.Byte
        : PieceKind.Normal;

    private static void Put(List<Piece> pieces, int id, Piece piece, string path)
    {
        if (id is < 0 or >= MaxPieces)
        {
            throw new InferenceException(path, $"id {id} is impossible");
        }

        while (pieces.Count <= id)
        {
            // An id that nobody names stands for nothing.
            pieces.Add(new Piece("", 0, PieceKind.Unknown));
        }

        pieces[id] = piece;
    }

    private static IEnumerable<JsonElement> Items(JsonElement element, string name) =>
        element.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray()
            : [];

    private static bool Flag(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
