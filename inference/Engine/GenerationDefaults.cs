using System.Text.Json;
using GemmaInference.Model.Fields;
using GemmaInference.Native;

namespace GemmaInference.Engine;

/// <summary>
/// Holds what a model's authors recommend (<c>generation_config.json</c>): where answers end, and how tokens are drawn
/// for requests that don't say. vLLM and transformers take the same by default.
/// </summary>
/// <param name="Eos">Ids that end an answer, beside those of config.json.</param>
/// <param name="TopK">0 for all tokens.</param>
internal sealed record GenerationDefaults(
    IReadOnlyList<int> Eos,
    double Temperature,
    double TopP,
    int TopK,
    double MinP,
    double RepetitionPenalty
)
{
    public static readonly GenerationDefaults None = new([], 1, 1, 0, 0, 1);

    /// <exception cref="InferenceException">The file is no JSON object, or a number in it can't be meant.</exception>
    public static GenerationDefaults Read(string directory)
    {
        var path = Path.Combine(directory, "generation_config.json");
        if (!File.Exists(path))
        {
            return None;
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllText(path));
            var fields = new ConfigFields(document.RootElement, path);
            return new GenerationDefaults(
                fields.Ints("eos_token_id"),
                fields.Between(0, 2, 1, "temperature"),
                fields.Between(0.000001, 1, 1, "top_p"),
                (int)fields.Between(0, int.MaxValue, 0, "top_k"),
                fields.Between(0, 1, 0, "min_p"),
                fields.Between(0.01, 100, 1, "repetition_penalty")
            );
        }
        catch (Exception cause) when (cause is JsonException or InvalidOperationException)
        {
            throw new InferenceException(path, $"not a valid JSON object: {cause.Message}", cause);
        }
    }
}
