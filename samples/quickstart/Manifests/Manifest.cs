using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Words;
using GemmaOperator.Yaml;
using YamlDotNet.Core;

namespace Quickstart.Manifests;

/// <summary>Holds the objects of a manifest, in the order of the file.</summary>
/// <param name="Path">The file, as it was named.</param>
/// <param name="Objects">At least one of them is a GemmaBaseImage.</param>
internal sealed record Manifest(string Path, IReadOnlyList<ManifestObject> Objects)
{
    private const string ListEnd = "List";

    private static readonly (string Field, string Example)[] Examples =
    [
        ("apiVersion", ApiGroup.GroupVersion),
        ("kind", GemmaBaseImage.KubeKind),
    ];

    public IEnumerable<ManifestObject> BaseImages => Objects.Where(o => o.IsBaseImage);

    /// <exception cref="ManifestMistake">It can't be read, or holds what can't be applied.</exception>
    public static async Task<Manifest> ReadAsync(string path, CancellationToken cancellationToken) =>
        Parse(path, await ManifestFile.ReadAsync(path, cancellationToken));

    /// <summary>Reads a manifest's text.</summary>
    /// <exception cref="ManifestMistake">It holds what can't be applied.</exception>
    public static Manifest Parse(string path, string text)
    {
        var objects = Documents(path, text).SelectMany((d, i) => Read(path, d, i)).ToList();
        if (objects.Find(o => o.Name.Length == 0) is { } nameless)
        {
            throw new ManifestMistake(
                $"{path}: line {nameless.Line}: {nameless.Kind}: metadata.name is missing, or no text; apply needs one"
            );
        }

        if (objects.GroupBy(Identity).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new ManifestMistake(
                $"{path}: line {twice.ElementAt(1).Line}: {twice.First()} is there already, from line "
                    + $"{twice.First().Line}: the second would replace the first"
            );
        }

        var manifest = new Manifest(path, objects);
        return objects.Count == 0 ? throw new ManifestMistake($"{path}: it holds no objects")
            : manifest.BaseImages.Any() ? manifest
            : throw new ManifestMistake(
                $"{path}: it holds no {GemmaBaseImage.KubeKind} of {ApiGroup.GroupVersion} to follow"
            );
    }

    /// <summary>Says where a refusal belongs.</summary>
    public ManifestMistake Mistake(ManifestObject about, string why) =>
        new($"{Path}: line {about.Line}: {about}: {why}");

    private static IReadOnlyList<YamlDocument> Documents(string path, string text)
    {
        try
        {
            return YamlDocuments.Read(text);
        }
        catch (YamlException e)
        {
            throw new ManifestMistake(
                $"{path}: line {e.Start.Line}, column {e.Start.Column}: it is no valid YAML: {e.Message}"
            );
        }
    }

    private static IEnumerable<ManifestObject> Read(string path, YamlDocument document, int index) =>
        document.Content switch
        {
            null => [],
            JsonObject { Count: 0 } => [],
            JsonObject json => Flatten(path, document, json),
            var other => throw new ManifestMistake(
                $"{path}: line {document.Line}: document {index + 1} is {JsonWords.Of(other)}, not an object"
            ),
        };

    /// <summary>Returns the object, or the items of a list, as kubectl takes them.</summary>
    private static IEnumerable<ManifestObject> Flatten(string path, YamlDocument document, JsonObject json)
    {
        foreach (var (field, example) in Examples)
        {
            if (json[field] is not JsonValue value || !value.TryGetValue<string>(out var text) || text.Length == 0)
            {
                throw new ManifestMistake(
                    $"{path}: line {document.Line}: {field} is "
                        + (json[field] is { } wrong ? $"{JsonWords.Of(wrong)}, not text" : "missing")
                        + $"; write for example {field}: {example}"
                );
            }
        }

        if (
            !((string)json["kind"]!).EndsWith(ListEnd, StringComparison.Ordinal) || json["items"] is not JsonArray items
        )
        {
            return [new ManifestObject(json, document.Line, document.Duplicates)];
        }

        return items.SelectMany(
            (item, i) =>
                item is JsonObject inner
                    ? Flatten(path, document with { Duplicates = Below(document.Duplicates, $"items[{i}].") }, inner)
                    : throw new ManifestMistake(
                        $"{path}: line {document.Line}: items[{i}] is {JsonWords.Of(item)}, not an object"
                    )
        );
    }

    private static IReadOnlyList<(string, long)> Below(IReadOnlyList<(string Path, long Line)> all, string prefix) =>
        [
            .. all.Where(d => d.Path.StartsWith(prefix, StringComparison.Ordinal))
                .Select(d => (d.Path[prefix.Length..], d.Line)),
        ];

    private static (string, string, string, string) Identity(ManifestObject o) =>
        (o.Group, o.Kind, o.Namespace, o.Name);
}
