using GemmaInference.Fetch.Download;
using GemmaInference.Fetch.Failures;
using GemmaInference.Fetch.Files;

namespace GemmaInference.Fetch.Oci;

/// <summary>Says what is done with each layer: fetched as a file, or unpacked.</summary>
/// <param name="Files">Layers that are files of the model.</param>
/// <param name="Archives">Layers that are archives, in their order.</param>
internal sealed record LayerPlan(IReadOnlyList<RemoteFile> Files, IReadOnlyList<LayerArchive> Archives)
{
    private const string ImageLayer = "application/vnd.oci.image.layer.";
    private const string DockerLayer = "application/vnd.docker.image.rootfs.";

    /// <summary>Gets the compressed bytes of all.</summary>
    public long Bytes => Files.Sum(file => file.Size) + Archives.Sum(archive => archive.Layer.Size);

    /// <exception cref="FetchException">A layer is packed in a way that isn't read, or named harmfully.</exception>
    public static LayerPlan Of(IReadOnlyList<OciLayer> layers, OciReference image)
    {
        var files = new List<RemoteFile>();
        var archives = new List<LayerArchive>();
        foreach (var layer in layers)
        {
            var isImage =
                layer.MediaType.StartsWith(ImageLayer, StringComparison.Ordinal)
                || layer.MediaType.StartsWith(DockerLayer, StringComparison.Ordinal);
            if (!isImage && !layer.Unpack && layer.Title is { } title && !IsPacked(layer))
            {
                if (Place(title, image.SubPath) is { } path)
                {
                    files.Add(new RemoteFile(path, layer.Size, layer.Hash, layer.Digest));
                }
            }
            else
            {
                archives.Add(new LayerArchive(layer, Packing(layer)));
            }
        }

        var twice = files.GroupBy(file => file.Path).FirstOrDefault(same => same.Count() > 1);
        return twice is null
            ? new LayerPlan(files, archives)
            : throw new FetchException(FetchReason.Refused, $"two layers of the artefact are named {twice.Key}");
    }

    /// <summary>A tar of the CNCF model specification carries a path as well.</summary>
    private static bool IsPacked(OciLayer layer) =>
        layer.MediaType.StartsWith("application/vnd.cncf.model.", StringComparison.Ordinal)
        && !layer.MediaType.EndsWith(".raw", StringComparison.Ordinal);

    private static bool Packing(OciLayer layer)
    {
        var type = layer.MediaType;
        return type.EndsWith("tar+gzip", StringComparison.Ordinal)
            || type.EndsWith("tar.gzip", StringComparison.Ordinal)
                ? true
            : type.EndsWith(".tar", StringComparison.Ordinal) ? false
            : throw new FetchException(
                FetchReason.UnsupportedModel,
                type.EndsWith("zstd", StringComparison.Ordinal)
                    ? $"layer {layer.Digest[..19]} is packed with zstd, which isn't read; push it as tar+gzip or tar"
                    : $"layer {layer.Digest[..19]} of type '{type}' is neither an archive nor a file with a title"
            );
    }

    /// <summary>Returns where a file goes; null for one outside the chosen folder.</summary>
    private static RelativePath? Place(string title, RelativePath? subPath)
    {
        var name = title.StartsWith("./", StringComparison.Ordinal) ? title[2..] : title;
        var path =
            RelativePath.TryParse(name, out var trouble)
            ?? throw new FetchException(FetchReason.Refused, $"the artefact holds a file '{title}': {trouble}");
        return subPath is null ? path : path.Within(subPath);
    }
}

/// <summary>Describes a layer that is unpacked.</summary>
internal sealed record LayerArchive(OciLayer Layer, bool IsGzip);
