using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace Operator.Tests.Builds.Contents.Layers;

/// <summary>Makes layers as an executor does: a tar in gzip.</summary>
internal static class LayerExample
{
    /// <summary>Marks an entry that is a symbolic link; its text is where it leads.</summary>
    public const string Link = "->";

    public static byte[] Of(params (string Path, string Text)[] entries)
    {
        using var all = new MemoryStream();
        using (var gzip = new GZipStream(all, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(gzip, TarEntryFormat.Pax))
        {
            foreach (var (path, text) in entries)
            {
                tar.WriteEntry(EntryOf(path, text));
            }
        }

        return all.ToArray();
    }

    private static PaxTarEntry EntryOf(string path, string text) =>
        text.StartsWith(Link, StringComparison.Ordinal)
            ? new PaxTarEntry(TarEntryType.SymbolicLink, path) { LinkName = text[Link.Length..] }
        : path.EndsWith('/') ? new PaxTarEntry(TarEntryType.Directory, path)
        : new PaxTarEntry(TarEntryType.RegularFile, path)
        {
            DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)),
        };
}
