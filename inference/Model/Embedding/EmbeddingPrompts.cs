using System.Text.Json;
using GemmaInference.Model.Fields;
using GemmaInference.Native;

namespace GemmaInference.Model.Embedding;

/// <summary>
/// Holds what a model wants texts to begin with, by what they are for (<c>config_sentence_transformers.json</c>).
/// </summary>
/// <param name="Default">What texts begin with whose use isn't said; mostly nothing.</param>
internal sealed record EmbeddingPrompts(IReadOnlyDictionary<string, string> ByName, string Default)
{
    /// <exception cref="InferenceException">The file is malformed, or its default is none of its own.</exception>
    public static EmbeddingPrompts Read(string directory)
    {
        var path = Path.Combine(directory, "config_sentence_transformers.json");
        return File.Exists(path)
            ? SentenceModules.Parse(path, root => Read(root, path))
            : new EmbeddingPrompts(new Dictionary<string, string>(StringComparer.Ordinal), "");
    }

    private static EmbeddingPrompts Read(JsonElement root, string path)
    {
        var fields = new ConfigFields(root, path);
        var prompts = new Dictionary<string, string>(StringComparer.Ordinal);
        if (root.TryGetProperty("prompts", out var listed) && listed.ValueKind == JsonValueKind.Object)
        {
            foreach (var named in listed.EnumerateObject())
            {
                prompts[named.Name] = named.Value.GetString() ?? "";
            }
        }

        return fields.Text("default_prompt_name") is not { } name ? new EmbeddingPrompts(prompts, "")
            : prompts.TryGetValue(name, out var prompt) ? new EmbeddingPrompts(prompts, prompt)
            : throw fields.Refuse("default_prompt_name", $"'{name}' is none of its prompts");
    }
}
