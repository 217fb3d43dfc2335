using System.Text.Json;
using GemmaInference.Native;

namespace GemmaInference.Text.Templates;

/// <summary>
/// Reads a checkpoint's own chat template from where the hub's libraries look for it: <c>chat_template.jinja</c>, else
/// <c>chat_template.json</c>, else <c>tokenizer_config.json</c>, where it may be one of several with names.
/// </summary>
internal static class TemplateFile
{
    /// <summary>Bounds a file: the hub's templates have 20 kB, the vocabulary beside them some megabytes.</summary>
    private const long MaxBytes = 64 << 20;

    private const string Field = "chat_template";

    /// <summary>Names the template that conversations are laid out by where there are several.</summary>
    private const string Usual = "default";

    /// <summary>Returns the template; null where there is none, or one that says nothing.</summary>
    /// <exception cref="InferenceException">A file can't be used.</exception>
    public static TemplateSource? Read(string directory)
    {
        var jinja = Path.Combine(directory, "chat_template.jinja");
        if (File.Exists(jinja) && Text(jinja) is var text && !string.IsNullOrWhiteSpace(text))
        {
            return new TemplateSource(jinja, text);
        }

        return OfJson(Path.Combine(directory, "chat_template.json"))
            ?? OfJson(Path.Combine(directory, "tokenizer_config.json"));
    }

    private static TemplateSource? OfJson(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(Text(path));
            return
                document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty(Field, out var template)
                && template.ValueKind != JsonValueKind.Null
                && One(path, template) is var text
                && !string.IsNullOrWhiteSpace(text)
                ? new TemplateSource(path, text)
                : null;
        }
        catch (Exception cause) when (cause is JsonException or InvalidOperationException)
        {
            throw new InferenceException(path, $"not valid JSON: {cause.Message}", cause);
        }
    }

    private static string One(string path, JsonElement template)
    {
        if (template.ValueKind == JsonValueKind.String)
        {
            return template.GetString()!;
        }

        if (template.ValueKind == JsonValueKind.Array)
        {
            foreach (var named in template.EnumerateArray())
            {
                if (Has(named, "name") == Usual && Has(named, "template") is { } text)
                {
                    return text;
                }
            }
        }

        throw new InferenceException(path, $"'{Field}': expected a template, or a list with one named '{Usual}'");
    }

    private static string? Has(JsonElement named, string field) =>
        named.ValueKind == JsonValueKind.Object
        && named.TryGetProperty(field, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static string Text(string path) =>
        new FileInfo(path).Length <= MaxBytes
            ? File.ReadAllText(path)
            : throw new InferenceException(path, $"expected at most {MaxBytes >> 20} MiB");
}
