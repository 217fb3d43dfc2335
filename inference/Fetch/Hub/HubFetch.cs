using GemmaInference.Fetch.Download;
using GemmaInference.Fetch.Failures;
using GemmaInference.Fetch.Files;
using GemmaInference.Model;
using GemmaInference.Native;

namespace GemmaInference.Fetch.Hub;

/// <summary>Fetches a model from a hub: first the small files, which tell whether it can be used.</summary>
internal sealed class HubFetch(
    HubReference model,
    HubClient hub,
    RangeFetcher ranges,
    FreeSpace space,
    FetchProgress progress,
    IReadOnlyList<FileGlob> include
)
{
    /// <summary>Bounds a file that is read as a whole, in bytes: an index of the largest models has 2 MB.</summary>
    private const long MostSmall = 64L << 20;

    /// <param name="target">The directory to make.</param>
    /// <param name="cancellation">Cancels; what was fetched stays.</param>
    /// <returns>What the directory holds then.</returns>
    public async Task<ModelMarker> RunAsync(string target, CancellationToken cancellation)
    {
        // A commit says without a hub which model it is.
        if (model.Commit is { } known && Destination.Judge(target, Identity(known)) is { } there)
        {
            return there;
        }

        var listing = await hub.ListAsync(cancellation);
        var identity = Identity(listing.Commit);
        if (Destination.Judge(target, identity) is { } same)
        {
            return same;
        }

        using var partial = PartialDirectory.Open(target, identity);
        var downloads = new Downloads(ranges, partial, progress);
        var index = await SmallAsync(listing, WantedFiles.Index, downloads, partial, cancellation);
        var shards = index is null ? null : WantedFiles.Shards(index);
        var wanted = WantedFiles.Choose(listing, shards, include);
        await DemandArchitectureAsync(listing, downloads, partial, cancellation);
        var files = new List<RemoteFile>();
        foreach (var entry in wanted)
        {
            files.Add(await hub.DescribeAsync(entry, cancellation));
        }

        space.Demand(partial.Path, files.Sum(file => partial.MissingBytes(file.Path, file.Size)));
        progress.Restart(files.Sum(file => file.Size), files.Count);
        var fetched = await downloads.RunAsync(files, cancellation);
        var marker = new ModelMarker(identity, fetched);
        partial.Finish(marker);
        return marker;
    }

    private ModelIdentity Identity(string commit) =>
        new(
            $"hub:{model.Repository}",
            commit,
            Digest: null,
            string.Join(' ', include.Select(glob => glob.Text).Order(StringComparer.Ordinal))
        );

    private async Task DemandArchitectureAsync(
        HubListing listing,
        Downloads downloads,
        PartialDirectory partial,
        CancellationToken cancellation
    )
    {
        var config = await SmallAsync(listing, WantedFiles.Config, downloads, partial, cancellation);
        try
        {
            GemmaConfigReader.Read(System.Text.Encoding.UTF8.GetString(config!), WantedFiles.Config);
        }
        catch (InferenceException cause)
        {
            throw new FetchException(FetchReason.UnsupportedModel, $"{model.Repository}: {cause.Message}", cause);
        }
    }

    /// <summary>Fetches one file and reads it; null where the repository has none of that name.</summary>
    private async Task<byte[]?> SmallAsync(
        HubListing listing,
        string name,
        Downloads downloads,
        PartialDirectory partial,
        CancellationToken cancellation
    )
    {
        if (listing.Find(name) is not { } entry)
        {
            return null;
        }

        var file = await hub.DescribeAsync(entry, cancellation);
        if (file.Size > MostSmall)
        {
            throw new FetchException(FetchReason.UnsupportedModel, $"{name} has {file.Size} bytes, expected a few");
        }

        space.Demand(partial.Path, partial.MissingBytes(file.Path, file.Size));
        await downloads.RunAsync([file], cancellation);
        return await File.ReadAllBytesAsync(file.Path.Below(partial.Path), cancellation);
    }
}
