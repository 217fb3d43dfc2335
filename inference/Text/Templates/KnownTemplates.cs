using GemmaInference.Model;

namespace GemmaInference.Text.Templates;

/// <summary>
/// Knows the chat templates of the hub's instruction-tuned models by their digests, and whose turns each lays out. The
/// templates themselves are others' work, and aren't kept here. Sources: <c>google/gemma-*-it</c> on the hub, as copied
/// in public repositories.
/// </summary>
internal static class KnownTemplates
{
    private static readonly Dictionary<string, Generation> Digests = new(StringComparer.Ordinal)
    {
        // Gemma 1, 1.1 and 2; the second without <bos>, which tokenizers then put there.
        ["e9ff486bf5245a18510131382402dc50d667f8dc276a6f9a7ac85ca2bf2aa8ca"] = Generation.Gemma2,
        ["b1fcce2ca1bd42077e60090d97c339ad967eb124977b255c8f79fa84c3b7a21d"] = Generation.Gemma2,
        // Gemma 3 and what is tuned of it; the second takes audio, too (3n), and is the same for text.
        ["07dddfd315a02e1c603617c9dfda42740358eb24758ad2c35b22c21a7ad85177"] = Generation.Gemma3,
        ["38d1760af15c3a20f72a808149ace734dab617528b2d10b51c9d8d7c4b007cb3"] = Generation.Gemma3,
        // Gemma 4, in the revisions that were found.
        ["b6ca1c1cd65c98f2d89e7c1fbd371071b09bda87d535433e2cf748f61ab99df2"] = Generation.Gemma4,
        ["1ad9cee626797f478179aef0e4bcf10391fc6fef98812f6ca918072e32c8e7df"] = Generation.Gemma4,
    };

    /// <summary>Returns whose turns a template lays out; null where it isn't known.</summary>
    public static Generation? Find(string digest) =>
        Digests.TryGetValue(digest, out var generation) ? generation : null;
}
