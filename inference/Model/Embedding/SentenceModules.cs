using System.Text.Json;
using GemmaInference.Model.Fields;
using GemmaInference.Native;

namespace GemmaInference.Model.Embedding;

/// <summary>
/// Reads what sentence-transformers makes of a text's last states (<c>modules.json</c>): their mean, dense layers one
/// after the other, and unit length. What asks for something else is refused by name.
/// </summary>
/// <param name="Dense">Folder and sizes of each dense layer, in order.</param>
internal sealed record SentenceModules(IReadOnlyList<DenseModule> Dense)
{
    private const int LongestFolder = 100;
    private const string Mean = "pooling_mode_mean_tokens";

    /// <exception cref="InferenceException">The files are missing, malformed or ask for something else.</exception>
    public static SentenceModules Read(string directory)
    {
        var path = Path.Combine(directory, "modules.json");
        var modules = Parse(path, root => root.EnumerateArray().Select(module => ReadModule(module, path)).ToList());
        var kinds = modules.Select(module => module.Kind).ToList();
        if (kinds is not ["Transformer", "Pooling", .. var dense, "Normalize"] || dense.Any(kind => kind != "Dense"))
        {
            throw new InferenceException(
                path,
                $"{string.Join(", ", kinds)} are not supported; expected Transformer, Pooling, any number of Dense, "
                    + "Normalize"
            );
        }

        CheckPooling(Path.Combine(directory, modules[1].Folder, "config.json"));
        return new SentenceModules([
            .. modules
                .Where(module => module.Kind == "Dense")
                .Select(module => DenseModule.Read(directory, module.Folder)),
        ]);
    }

    /// <summary>Reads a JSON file.</summary>
    /// <exception cref="InferenceException">It isn't there, or of another shape.</exception>
    public static T Parse<T>(string path, Func<JsonElement, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllText(path));
            return read(document.RootElement);
        }
        catch (Exception cause) when (cause is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InferenceException(path, "not found; a model that embeds text needs it", cause);
        }
        catch (Exception cause)
            when (cause is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new InferenceException(path, $"malformed: {cause.Message}", cause);
        }
    }

    private static (string Kind, string Folder) ReadModule(JsonElement module, string path)
    {
        var kind = module.GetProperty("type").GetString() ?? "";
        var folder = module.GetProperty("path").GetString() ?? "";
        return folder.Length <= LongestFolder && folder.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')
            ? (kind[(kind.LastIndexOf('.') + 1)..], folder)
            : throw new InferenceException(path, $"module '{folder}' lies outside the directory, or has an odd name");
    }

    private static void CheckPooling(string path) =>
        Parse(
            path,
            root =>
            {
                var fields = new ConfigFields(root, path);
                var others = root.EnumerateObject()
                    .Where(field => field.Name.StartsWith("pooling_mode_", StringComparison.Ordinal))
                    .Where(field => field.Name != Mean && field.Value.ValueKind == JsonValueKind.True)
                    .Select(field => field.Name)
                    .ToList();
                var isMean = fields.Has("pooling_mode")
                    ? fields.Text("pooling_mode") == "mean"
                    : fields.Flag(Mean, false);
                if (!isMean || others.Count > 0)
                {
                    throw fields.Refuse(
                        others.FirstOrDefault() ?? "pooling_mode",
                        "only the mean of all tokens is supported"
                    );
                }

                return fields.Flag("include_prompt", true)
                    ? true
                    : throw fields.Refuse("include_prompt", "leaving prompts out of the mean is not supported");
            }
        );
}
