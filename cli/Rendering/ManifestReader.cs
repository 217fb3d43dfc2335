using System.Text;
using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Words;
using GemmaOperator.Yaml;
using KubectlGemma.Output;
using YamlDotNet.Core;

namespace KubectlGemma.Rendering;

/// <summary>Reads the documents of a manifest: GemmaBaseImages, and the ConfigMaps that they name.</summary>
internal static class ManifestReader
{
    /// <summary>
    /// Bounds a manifest, in characters: whatever a name leads to, a device or a pipe, is read no further.
    /// </summary>
    private const int Most = 30 << 20;

    /// <param name="path">A file; <c>-</c> is standard input.</param>
    /// <param name="input">Standard input.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="CliException">It can't be read, or holds no GemmaBaseImage.</exception>
    public static async Task<Manifest> ReadAsync(string path, TextReader input, CancellationToken cancellationToken)
    {
        var text =
            path == "-" ? await TextAsync(path, input, cancellationToken) : await FileAsync(path, cancellationToken);
        IReadOnlyList<YamlDocument> documents;
        try
        {
            documents = YamlDocuments.Read(text);
        }
        catch (YamlException e)
        {
            throw Wrong($"{path}: line {e.Start.Line}: {e.Message.ReplaceLineEndings(" ")}", e);
        }

        var objects = documents.SelectMany(d => Objects(path, d)).ToList();
        var images = objects.Where(o => IsOurs(o.Json)).ToList();
        return images.Count == 0
            ? throw Wrong(
                $"{path}: there is no {GemmaBaseImage.KubeKind} of {ApiGroup.GroupVersion} in it"
                    + (
                        objects.Count == 0
                            ? ", nor anything else"
                            : $", only {string.Join(", ", objects.Select(o => KindOf(o.Json)).Distinct())}"
                    )
            )
            : new Manifest(
                path,
                images,
                [
                    .. objects
                        .Select(o => o.Json)
                        .Where(o => Text(o, "kind") == "ConfigMap" && Text(o, "apiVersion") == "v1"),
                ]
            );
    }

    private static IEnumerable<(JsonObject Json, long Line)> Objects(string path, YamlDocument document)
    {
        if (document.Content is null)
        {
            return [];
        }

        if (document.Duplicates is [var twice, ..])
        {
            throw Wrong($"{path}: line {twice.Line}: {twice.Path} is there twice");
        }

        return document.Content is not JsonObject json || Text(json, "kind") is not { } kind
                ? throw Wrong($"{path}: line {document.Line}: no object: it has no kind")
            : kind == "List" && json["items"] is JsonArray items
                ? items.OfType<JsonObject>().Select(i => Named(path, i, document.Line))
            : [Named(path, json, document.Line)];
    }

    private static (JsonObject Json, long Line) Named(string path, JsonObject json, long line) =>
        json["metadata"] is { } metadata and not JsonObject
            ? throw Wrong(
                $"{path}: line {line}: metadata: it is {(metadata is JsonArray ? "a list" : "a plain value")}; it must "
                    + "be an object with a name, such as metadata: {name: gemma}"
            )
            : (json, line);

    private static bool IsOurs(JsonObject json) =>
        Text(json, "kind") == GemmaBaseImage.KubeKind && Text(json, "apiVersion") == ApiGroup.GroupVersion;

    private static string KindOf(JsonObject json) =>
        $"{Text(json, "kind")} of {Text(json, "apiVersion") ?? "no version"}";

    private static string? Text(JsonObject json, string name) =>
        json[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static async Task<string> FileAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            if (Directory.Exists(path))
            {
                throw Wrong($"-f {path}: it is a directory; name a file");
            }

            using var file = new StreamReader(path);
            return await TextAsync(path, file, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Wrong($"-f {path}: {e.Message}", e);
        }
    }

    private static async Task<string> TextAsync(string path, TextReader input, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        var buffer = new char[64 * 1024];
        int read;
        while ((read = await input.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (text.Append(buffer, 0, read).Length > Most)
            {
                throw Wrong($"-f {path}: it is larger than {Most >> 20} MiB, which no API server takes");
            }
        }

        return text.ToString();
    }

    private static CliException Wrong(string message, Exception? inner = null) => new(ExitCode.Usage, message, inner);
}
