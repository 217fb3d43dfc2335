using System.Formats.Tar;
using System.IO.Compression;
using GemmaOperator.Registry.Manifests;

namespace GemmaOperator.Builds.Contents.Layers;

/// <summary>
/// Collects the packages that an image's layers bring, layer by layer from the lowest, from their files alone. Layers
/// are a stranger's: what can't be read of one counts as unread, and nothing is written anywhere.
/// </summary>
internal sealed class LayerPackages
{
    /// <summary>Bounds what is unpacked of one layer, in bytes.</summary>
    private const long MostUnpacked = 64L << 30;

    private readonly Dictionary<string, Package> _python = new(StringComparer.Ordinal);
    private IReadOnlyList<Package>? _dpkg;
    private int _read;
    private int _unread;

    /// <summary>Gets what was found so far.</summary>
    public LayerFindings Findings =>
        new(_dpkg, [.. _python.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => p.Value)], _read, _unread);

    /// <summary>Counts a layer that can't be had here; what it would hide or bring isn't known.</summary>
    public void Skip() => _unread++;

    /// <summary>Reads a layer.</summary>
    /// <param name="mediaType">Its media type: anything but a tar in gzip counts as unread.</param>
    /// <param name="content">The layer as it is stored; it is closed.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task AddAsync(string mediaType, Stream content, CancellationToken cancellationToken)
    {
        await using (content)
        {
            if (mediaType is not (MediaTypes.OciLayerGzip or MediaTypes.DockerLayerGzip))
            {
                Skip();
                return;
            }

            try
            {
                await ReadAsync(content, cancellationToken);
                _read++;
            }
            catch (Exception e)
                when (e
                        is InvalidDataException
                            or IOException
                            or FormatException
                            or ArgumentException
                            or NotSupportedException
                            or OverflowException
                            or OutOfMemoryException
                )
            {
                // What a layer hides of those below can't be known either.
                (_dpkg, _unread) = (null, _unread + 1);
            }
        }
    }

    private async Task ReadAsync(Stream content, CancellationToken cancellationToken)
    {
        var own = new Dictionary<string, Package>(StringComparer.Ordinal);
        var (dpkg, hasDpkg) = ((IReadOnlyList<Package>?)null, false);
        await using var unpacked = new BoundedStream(new GZipStream(content, CompressionMode.Decompress), MostUnpacked);
        await using var tar = new TarReader(unpacked);
        while (await tar.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
        {
            if (LayerPath.Of(entry.Name) is not { } path)
            {
                continue;
            }

            if (LayerPath.Hidden(path) is { } hidden)
            {
                Hide(hidden.Path, hidden.Itself);
            }
            else if (entry.EntryType == TarEntryType.Directory)
            {
                continue;
            }
            else if (path == PackageFile.DpkgStatus)
            {
                // A link leads to what isn't known here.
                dpkg = entry.DataStream is { } list ? await PackageFile.ReadStatusAsync(list, cancellationToken) : null;
                hasDpkg = true;
            }
            else if (PackageFile.IsDistribution(path))
            {
                own.Remove(path);
                if (
                    own.Count < PackageList.MostEntries
                    && entry.DataStream is { } metadata
                    && await PackageFile.ReadDistributionAsync(metadata, cancellationToken) is { } package
                )
                {
                    own[path] = package;
                }
            }
            else if (
                entry.EntryType is TarEntryType.SymbolicLink
                && LayerPath.IsAtOrBelow(PackageFile.DpkgStatus, path)
            )
            {
                (dpkg, hasDpkg) = (null, true);
            }
        }

        if (hasDpkg)
        {
            _dpkg = dpkg;
        }

        foreach (var (path, package) in own)
        {
            _python[path] = package;
        }
    }

    /// <summary>Takes away what layers below have at a path; what the layer itself brings there stays.</summary>
    private void Hide(string path, bool itself)
    {
        foreach (var gone in _python.Keys.Where(known => LayerPath.IsAtOrBelow(known, path)).ToList())
        {
            _python.Remove(gone);
        }

        if (LayerPath.IsAtOrBelow(PackageFile.DpkgStatus, path) && (itself || path != PackageFile.DpkgStatus))
        {
            _dpkg = null;
        }
    }
}
