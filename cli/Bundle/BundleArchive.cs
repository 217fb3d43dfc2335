using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace KubectlGemma.Bundle;

/// <summary>Collects files, and writes them as one tar.gz.</summary>
internal sealed class BundleArchive(DateTimeOffset time)
{
    private readonly SortedDictionary<string, string> _files = new(StringComparer.Ordinal);

    /// <summary>Gets what is in it.</summary>
    public IEnumerable<(string Path, int Bytes)> Files =>
        _files.Select(f => (f.Key, Encoding.UTF8.GetByteCount(f.Value)));

    public void Add(string path, string content) => _files[path] = content;

    public async Task WriteAsync(string path, string root, CancellationToken cancellationToken)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Options = FileOptions.Asynchronous,
        };
        if (!OperatingSystem.IsWindows())
        {
            // What a cluster is like is nobody else's on this machine.
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using var file = new FileStream(path, options);
        await using var gzip = new GZipStream(file, CompressionLevel.Optimal);
        await using var tar = new TarWriter(gzip, TarEntryFormat.Pax);
        foreach (var (name, content) in _files)
        {
            using var data = new MemoryStream(Encoding.UTF8.GetBytes(content));
            await tar.WriteEntryAsync(
                new PaxTarEntry(TarEntryType.RegularFile, $"{root}/{name}")
                {
                    DataStream = data,
                    ModificationTime = time,
                },
                cancellationToken
            );
        }
    }
}
