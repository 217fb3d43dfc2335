using GemmaInference.Model.Embedding;
using GemmaInference.Model.Fields;

namespace GemmaInference.Engine.Embedding;

/// <summary>
/// Says whether a text's beginning and end are marked (<c>tokenizer_config.json</c>). Both are where nobody says
/// otherwise, as EmbeddingGemma's tokenizer does.
/// </summary>
internal sealed record TokenEdges(bool WithBos, bool WithEos)
{
    public static TokenEdges Read(string directory)
    {
        var path = Path.Combine(directory, "tokenizer_config.json");
        return !File.Exists(path)
            ? new TokenEdges(true, true)
            : SentenceModules.Parse(
                path,
                root =>
                {
                    var fields = new ConfigFields(root, path);
                    return new TokenEdges(fields.Flag("add_bos_token", true), fields.Flag("add_eos_token", true));
                }
            );
    }
}
