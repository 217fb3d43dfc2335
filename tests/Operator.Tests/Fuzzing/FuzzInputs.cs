using System.Formats.Tar;
using System.Text;
using GemmaOperator.Registry.References;

namespace Operator.Tests.Fuzzing;

/// <summary>Makes inputs that aren't written down.</summary>
internal static class FuzzInputs
{
    /// <summary>Gets a folder for parsers that open files.</summary>
    public static string Scratch { get; } = Directory.CreateTempSubdirectory("fuzz-").FullName;

    /// <summary>Returns a small OCI archive with one image.</summary>
    public static byte[] Archive()
    {
        var config = "{}"u8.ToArray();
        var manifest = Encoding.UTF8.GetBytes(
            $$"""{"schemaVersion":2,"config":{"digest":"{{ImageDigest.Of(config)}}","size":2},"layers":[]}"""
        );
        var digest = ImageDigest.Of(manifest);
        var index = Encoding.UTF8.GetBytes(
            $$"""{"schemaVersion":2,"manifests":[{"digest":"{{digest}}","size":{{manifest.Length}}}]}"""
        );
        using var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes, leaveOpen: true))
        {
            Add(tar, "index.json", index);
            Add(tar, $"blobs/sha256/{digest.Hex}", manifest);
        }

        return bytes.ToArray();
    }

    private static void Add(TarWriter tar, string name, byte[] content) =>
        tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
}
