using System.Text.Json;
using GemmaInference.Model;
using GemmaInference.Native;

namespace GemmaInference.Text;

/// <summary>
/// Looks at a checkpoint's own chat template (<c>chat_template.jinja</c>, else <c>tokenizer_config.json</c>), of which
/// Gemma 4 has two kinds: those of the larger models begin an answer with an empty thought, so that none is made.
/// </summary>
internal static class TemplateFile
{
    private const string EmptyThought = $"{TurnTokens.ChannelStart}thought\\n{TurnTokens.ChannelEnd}";

    /// <summary>Returns whether answers begin with an empty thought; false where there is no template.</summary>
    /// <exception cref="InferenceException">It lays Gemma 4's turns out in a way that isn't known.</exception>
    public static bool HasEmptyThought(string directory, Generation generation)
    {
        if (generation != Generation.Gemma4 || Read(directory) is not var (path, template))
        {
            return false;
        }

        return
            template.Contains(TurnTokens.Gemma4.Start, StringComparison.Ordinal)
            && template.Contains(TurnTokens.Gemma4.End, StringComparison.Ordinal)
            ? template.Contains(EmptyThought, StringComparison.Ordinal)
            : throw new InferenceException(
                path,
                $"its chat template has no {TurnTokens.Gemma4.Start} and {TurnTokens.Gemma4.End}, so that it isn't "
                    + "Gemma 4's, and others are not rendered; take the template of google/gemma-4 models"
            );
    }

    private static (string Path, string Template)? Read(string directory)
    {
        var jinja = Path.Combine(directory, "chat_template.jinja");
        if (File.Exists(jinja))
        {
            return (jinja, File.ReadAllText(jinja));
        }

        var settings = Path.Combine(directory, "tokenizer_config.json");
        if (!File.Exists(settings))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllText(settings));
            return
                document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("chat_template", out var template)
                && template.ValueKind == JsonValueKind.String
                ? (settings, template.GetString()!)
                : null;
        }
        catch (Exception cause) when (cause is JsonException or InvalidOperationException)
        {
            throw new InferenceException(settings, $"not valid JSON: {cause.Message}", cause);
        }
    }
}
