using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using LocalCluster.Json;
using YamlDotNet.Core;

namespace Quickstart;

/// <summary>Holds a manifest, with everything that it names in registries moved to the local one.</summary>
internal sealed class Manifest
{
    private Manifest(IReadOnlyList<JsonObject> documents, JsonObject image) => (Documents, Image) = (documents, image);

    /// <summary>Gets all documents, in the order of the file.</summary>
    public IReadOnlyList<JsonObject> Documents { get; }

    /// <summary>Gets the one GemmaBaseImage.</summary>
    public JsonObject Image { get; }

    public string Name => (string?)Image["metadata"]?["name"] ?? "";

    /// <summary>Reads a file; null, with a reason, when it isn't such a manifest.</summary>
    public static (Manifest? Manifest, string? Error) Read(string path)
    {
        List<JsonObject> documents;
        try
        {
            documents = [.. YamlReader.Documents(File.ReadAllText(path))];
        }
        catch (YamlException e)
        {
            return (null, $"{path}: {e.Message.ReplaceLineEndings(" ")}");
        }

        var images = documents.Where(d => (string?)d["kind"] == GemmaBaseImage.KubeKind).ToList();
        return images is [var image]
            ? (new Manifest(documents, image), null)
            : (
                null,
                $"{path}: it has {images.Count} {GemmaBaseImage.KubeKind} documents; the demo follows exactly one"
            );
    }

    /// <summary>
    /// Moves its repositories below <paramref name="registry"/>, which takes anybody over plain HTTP; returns what
    /// users should know of it.
    /// </summary>
    public IReadOnlyList<string> MoveTo(string registry)
    {
        var notes = new List<string>();
        if (Image["spec"] is not JsonObject spec)
        {
            return notes;
        }

        if (spec["output"] is JsonObject output && (string?)output["repository"] is { } repository)
        {
            output["repository"] = $"{registry}/{repository}";
            output["insecure"] = true;
            notes.Add($"{repository} is {registry}/{repository} here");
            if (output.Remove("credentials"))
            {
                notes.Add("spec.output.credentials is left out: the local registry asks for none");
            }
        }

        if (spec["rollout"]?["server"] is JsonObject server)
        {
            foreach (var field in new[] { "image", "repository" })
            {
                if ((string?)server[field] is { Length: > 0 } reference)
                {
                    server[field] = $"{registry}/{reference}";
                }
            }
        }

        return notes;
    }
}
