using System.IO.Compression;
using GemmaInference.Fetch.Download;
using GemmaInference.Fetch.Failures;
using GemmaInference.Fetch.Files;
using GemmaInference.Fetch.Transport;
using GemmaInference.Model;
using GemmaInference.Native;

namespace GemmaInference.Fetch.Oci;

/// <summary>Fetches a model from an image or artefact: layers that are files, and layers that are archives.</summary>
internal sealed class OciFetch(
    OciReference image,
    RegistryClient registry,
    RangeFetcher ranges,
    SafeHttp http,
    Retrying retrying,
    FreeSpace space,
    FetchProgress progress
)
{
    private const string Config = "config.json";
    private const string LayerMark = ".layer";

    /// <param name="target">The directory to make.</param>
    /// <param name="cancellation">Cancels; whole files and layers stay.</param>
    /// <returns>What the directory holds then.</returns>
    public async Task<ModelMarker> RunAsync(string target, CancellationToken cancellation)
    {
        var folder = image.SubPath is null ? "" : $"#{image.SubPath}";
        var identity = new ModelIdentity($"oci://{image.Host}/{image.Repository}{folder}", null, image.Digest, "");
        if (Destination.Judge(target, identity) is { } there)
        {
            return there;
        }

        var plan = LayerPlan.Of((await registry.ManifestAsync(cancellation)).Layers, image);
        using var partial = PartialDirectory.Open(target, identity);
        space.Demand(
            partial.Path,
            plan.Files.Sum(file => partial.MissingBytes(file.Path, file.Size))
                + plan.Archives.Where(archive => Done(partial, archive) is null).Sum(archive => archive.Layer.Size)
        );
        var downloads = new Downloads(ranges, partial, progress);
        if (plan.Files.FirstOrDefault(file => file.Path.Value == Config) is { } config)
        {
            await downloads.RunAsync([config], cancellation);
            DemandArchitecture(partial.Path);
        }

        progress.Restart(plan.Bytes, plan.Files.Count + plan.Archives.Count);
        var files = new Dictionary<RelativePath, FetchedFile>();
        foreach (var archive in plan.Archives)
        {
            foreach (var file in await UnpackAsync(archive, partial, cancellation))
            {
                files[file.Path] = file;
            }

            progress.Complete();
        }

        foreach (var file in await downloads.RunAsync(plan.Files, cancellation))
        {
            files[file.Path] = file;
        }

        DemandArchitecture(partial.Path);
        DemandWeights(partial.Path);
        // What a later layer took away isn't the model's.
        var marker = new ModelMarker(
            identity,
            [
                .. files
                    .Values.Where(file => File.Exists(file.Path.Below(partial.Path)))
                    .OrderBy(file => file.Path.Value, StringComparer.Ordinal),
            ]
        );
        partial.Finish(marker);
        return marker;
    }

    private static IReadOnlyList<FetchedFile>? Done(PartialDirectory partial, LayerArchive archive) =>
        ModelMarker.ReadFile(partial.OwnFile(archive.Layer.Digest, LayerMark))?.Files;

    private async Task<IReadOnlyList<FetchedFile>> UnpackAsync(
        LayerArchive archive,
        PartialDirectory partial,
        CancellationToken cancellation
    )
    {
        var layer = archive.Layer;
        if (Done(partial, archive) is { } known)
        {
            progress.Add(layer.Size);
            return known;
        }

        var name = RelativePath.TryParse("layer", out _)!;
        var remote = new RemoteFile(name, layer.Size, layer.Hash, layer.Digest);
        await using var packed = new LayerStream(remote, registry, http, retrying, progress);
        var extractor = new TarExtractor(partial.Path, image.SubPath, space);
        IReadOnlyList<FetchedFile> files;
        try
        {
            if (archive.IsGzip)
            {
                await using var plain = new GZipStream(packed, CompressionMode.Decompress, leaveOpen: true);
                files = await extractor.ExtractAsync(plain, cancellation);
            }
            else
            {
                files = await extractor.ExtractAsync(packed, cancellation);
            }

            await packed.DemandDigestAsync(cancellation);
        }
        catch (FetchException cause) when (cause.Reason is FetchReason.HashMismatch or FetchReason.UnsupportedModel)
        {
            // What was unpacked from it is of no worth.
            partial.StartOver();
            if (cause.Reason == FetchReason.UnsupportedModel)
            {
                // An archive that can't be read may be one that was damaged on the way.
                await packed.DemandDigestAsync(cancellation);
            }

            throw;
        }

        new ModelMarker(new ModelIdentity(layer.Digest, null, layer.Digest, ""), files).WriteFile(
            partial.OwnFile(layer.Digest, LayerMark)
        );
        return files;
    }

    private void DemandArchitecture(string directory)
    {
        try
        {
            GemmaConfigReader.Read(
                File.Exists(Path.Combine(directory, Config))
                    ? File.ReadAllText(Path.Combine(directory, Config))
                    : throw new FetchException(
                        FetchReason.UnsupportedModel,
                        $"{image} has no {Config}"
                            + (image.SubPath is null ? "; #<folder> chooses where it is" : " there")
                    ),
                Config
            );
        }
        catch (InferenceException cause)
        {
            throw new FetchException(FetchReason.UnsupportedModel, $"{image.Repository}: {cause.Message}", cause);
        }
    }

    private void DemandWeights(string directory)
    {
        if (!Directory.EnumerateFiles(directory, "*.safetensors").Any())
        {
            throw new FetchException(FetchReason.NoSafetensors, $"{image} has no *.safetensors beside its {Config}");
        }
    }
}
