using System.Formats.Tar;
using System.Security.Cryptography;
using GemmaInference.Fetch.Failures;
using GemmaInference.Fetch.Files;

namespace GemmaInference.Fetch.Oci;

/// <summary>
/// Unpacks a layer over those before it: nothing is written outside the root or through a link, whiteouts remove, and
/// what isn't a file, a folder or a link within is refused.
/// </summary>
/// <param name="root">The model's directory.</param>
/// <param name="subPath">The folder of the image that becomes the root; what is outside is passed over.</param>
internal sealed class TarExtractor(string root, RelativePath? subPath, FreeSpace space)
{
    private const int MaxEntries = 200_000;
    private const string Whiteout = ".wh.";
    private const string Opaque = ".wh..wh..opq";
    private readonly HashSet<string> _written = new(StringComparer.Ordinal);

    /// <returns>The files that came, with their hashes.</returns>
    public async Task<IReadOnlyList<FetchedFile>> ExtractAsync(Stream tar, CancellationToken cancellation)
    {
        var files = new List<FetchedFile>();
        try
        {
            await using var archive = new OpenEndedArchive(tar);
            await using var reader = new TarReader(archive, leaveOpen: true);
            for (var count = 0; await reader.GetNextEntryAsync(copyData: false, cancellation) is { } entry; count++)
            {
                if (count > MaxEntries)
                {
                    throw new FetchException(FetchReason.Refused, $"a layer holds more than {MaxEntries} entries");
                }

                if (
                    Place(entry) is not { } path
                    || Removes(path)
                    || await WriteAsync(entry, path, cancellation) is not { } file
                )
                {
                    continue;
                }

                if (archive.IsPastEnd)
                {
                    throw new InvalidDataException($"it ends within '{path}'");
                }

                files.Add(file);
            }
        }
        catch (Exception cause) when (cause is InvalidDataException or EndOfStreamException or FormatException)
        {
            throw new FetchException(
                FetchReason.UnsupportedModel,
                $"a layer is no tar archive: {cause.Message}",
                cause
            );
        }

        return files;
    }

    /// <summary>Returns where an entry goes; null for one that is none of the model's.</summary>
    private RelativePath? Place(TarEntry entry)
    {
        if (entry.EntryType is TarEntryType.GlobalExtendedAttributes)
        {
            return null;
        }

        var name = entry.Name.StartsWith("./", StringComparison.Ordinal) ? entry.Name[2..] : entry.Name;
        name = name.TrimEnd('/');
        if (name is "" or ".")
        {
            return null;
        }

        // What an image holds beside the model is not judged: a whole distribution may be there.
        var inside = subPath is null || name.StartsWith(subPath.Value + "/", StringComparison.Ordinal);
        if (!inside && !name.Contains("..", StringComparison.Ordinal) && name[0] != '/')
        {
            return null;
        }

        var path =
            RelativePath.TryParse(name, out var trouble)
            ?? throw new FetchException(FetchReason.Refused, $"a layer holds '{entry.Name}': {trouble}");
        return subPath is null ? path : path.Within(subPath);
    }

    /// <summary>Carries out a whiteout (OCI layer specification); false where it is none.</summary>
    private bool Removes(RelativePath path)
    {
        var name = Path.GetFileName(path.Value);
        if (!name.StartsWith(Whiteout, StringComparison.Ordinal))
        {
            return false;
        }

        var folder = Path.GetDirectoryName(path.Below(root))!;
        DemandNoLink(folder);
        if (name != Opaque)
        {
            var hidden = name[Whiteout.Length..];
            if (hidden is "" or "." or "..")
            {
                throw new FetchException(FetchReason.Refused, $"a layer holds '{path}', which removes no file");
            }

            Remove(Path.Combine(folder, hidden));
        }
        else if (Directory.Exists(folder))
        {
            foreach (var entry in Directory.EnumerateFileSystemEntries(folder).Where(entry => !IsWritten(entry)))
            {
                if (!Path.GetFileName(entry).StartsWith(RelativePath.OwnPrefix, StringComparison.Ordinal))
                {
                    Remove(entry);
                }
            }
        }

        return true;
    }

    private async Task<FetchedFile?> WriteAsync(TarEntry entry, RelativePath path, CancellationToken cancellation)
    {
        var target = path.Below(root);
        DemandNoLink(Path.GetDirectoryName(target)!);
        switch (entry.EntryType)
        {
            case TarEntryType.Directory:
                if (File.Exists(target) || new FileInfo(target).LinkTarget is not null)
                {
                    Remove(target);
                }

                Directory.CreateDirectory(target);
                _written.Add(target);
                return null;

            case TarEntryType.RegularFile
            or TarEntryType.V7RegularFile
            or TarEntryType.ContiguousFile:
                Prepare(target);
                return new FetchedFile(path, entry.Length, await CopyAsync(entry, target, cancellation));

            case TarEntryType.HardLink:
                return await CopyLinkedAsync(entry, path, target, cancellation);

            case TarEntryType.SymbolicLink:
                DemandInside(entry.LinkName, path);
                Prepare(target);
                File.CreateSymbolicLink(target, entry.LinkName);
                return null;

            default:
                throw new FetchException(
                    FetchReason.Refused,
                    $"a layer holds '{path}', a {entry.EntryType}; a model has files, folders and links only"
                );
        }
    }

    private async Task<string> CopyAsync(TarEntry entry, string target, CancellationToken cancellation)
    {
        space.Demand(root, entry.Length);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = new FileStream(
            target,
            FileMode.CreateNew,
            FileAccess.Write,
            FileShare.None,
            0,
            useAsync: true
        );
        if (entry.DataStream is { } data)
        {
            var buffer = new byte[256 << 10];
            while (await data.ReadAsync(buffer, cancellation) is > 0 and var read)
            {
                hash.AppendData(buffer, 0, read);
                await file.WriteAsync(buffer.AsMemory(0, read), cancellation);
            }
        }

        file.Flush(flushToDisk: true);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>A hard link becomes a file of its own: what it names must be one that a layer brought.</summary>
    private async Task<FetchedFile> CopyLinkedAsync(
        TarEntry entry,
        RelativePath path,
        string target,
        CancellationToken cancellation
    )
    {
        var name = entry.LinkName.StartsWith("./", StringComparison.Ordinal) ? entry.LinkName[2..] : entry.LinkName;
        var linked = RelativePath.TryParse(name, out _) is { } whole
            ? subPath is null
                ? whole
                : whole.Within(subPath)
            : null;
        var source = linked?.Below(root);
        if (source is null || new FileInfo(source) is not { Exists: true, LinkTarget: null } there)
        {
            throw new FetchException(
                FetchReason.Refused,
                $"a layer holds '{path}', a link to '{entry.LinkName}', which isn't a file of the model"
            );
        }

        DemandNoLink(Path.GetDirectoryName(source)!);
        if (source != target)
        {
            space.Demand(root, there.Length);
            Prepare(target);
            File.Copy(source, target);
        }

        await using var content = File.OpenRead(target);
        return new FetchedFile(
            path,
            there.Length,
            Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellation))
        );
    }

    private void Prepare(string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        Remove(target);
        _written.Add(target);
    }

    private bool IsWritten(string entry) =>
        _written.Contains(entry) || _written.Any(path => path.StartsWith(entry + "/", StringComparison.Ordinal));

    /// <summary>A link may name what lies within the model, by a relative path that never leaves it.</summary>
    private static void DemandInside(string link, RelativePath path)
    {
        var depth = path.Value.Count(letter => letter == '/');
        var parts = link.Split('/');
        foreach (var part in parts)
        {
            depth += part switch
            {
                "" or "." => 0,
                ".." => -1,
                _ => 1,
            };
            if (depth < 0 || link.Length == 0 || link[0] == '/')
            {
                throw new FetchException(
                    FetchReason.Refused,
                    $"a layer holds '{path}', a link to '{link}' outside the model"
                );
            }
        }
    }

    /// <summary>Nothing is written through a link that an earlier entry made.</summary>
    private void DemandNoLink(string folder)
    {
        for (var at = folder; at.Length > root.Length; at = Path.GetDirectoryName(at)!)
        {
            if (new FileInfo(at).LinkTarget is not null)
            {
                throw new FetchException(
                    FetchReason.Refused,
                    $"a layer writes through the link '{Path.GetRelativePath(root, at)}'"
                );
            }
        }
    }

    private static void Remove(string path)
    {
        if (Directory.Exists(path) && new DirectoryInfo(path).LinkTarget is null)
        {
            Directory.Delete(path, recursive: true);
        }
        else
        {
            File.Delete(path);
        }
    }
}
