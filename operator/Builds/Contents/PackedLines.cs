using System.IO.Compression;
using System.Text;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Builds.Contents;

/// <summary>
/// Carries a document through a container's log: compressed, in base64, cut into lines below what a container runtime
/// cuts (16 KiB), a mark before each.
/// </summary>
internal static class PackedLines
{
    private const int Width = 8_000;

    /// <summary>Bounds the lines of one document.</summary>
    private const int MostLines = 1_000;

    /// <summary>Bounds the log's end that is asked for: a document takes 2,000,000 characters at most.</summary>
    public static readonly (int Lines, int Bytes) Bounds = (MostLines, 5 << 19);

    /// <summary>Bounds a document once it is unpacked, in bytes.</summary>
    private const int MostUnpacked = 24 << 20;

    /// <summary>Returns the text of a document that goes into the lines.</summary>
    public static string Pack(byte[] document)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            zlib.Write(document);
        }

        return Convert.ToBase64String(packed.ToArray());
    }

    /// <summary>Cuts a text into lines, without their mark.</summary>
    public static IReadOnlyList<string> Cut(string text) => [.. text.Chunk(Width).Select(line => new string(line))];

    /// <summary>
    /// Joins the last lines that have a mark: what others write between them isn't the document's. Returns null where
    /// there are fewer, or their text has another hash.
    /// </summary>
    public static string? Join(string log, string mark, int lines, string hash)
    {
        if (lines > MostLines)
        {
            return null;
        }

        var found = new List<string>();
        foreach (var line in log.AsSpan().EnumerateLines())
        {
            if (line.StartsWith(mark, StringComparison.Ordinal))
            {
                found.Add(line[mark.Length..].ToString());
            }
        }

        var text = found.Count < lines ? null : string.Concat(found.TakeLast(lines));
        return text is not null && HashOf(text) == hash ? text : null;
    }

    public static string HashOf(string text) => ImageDigest.Of(Encoding.UTF8.GetBytes(text)).ToString();

    public static Unpacked Unpack(string text)
    {
        try
        {
            using var packed = new MemoryStream(Convert.FromBase64String(text));
            using var unpacking = new ZLibStream(packed, CompressionMode.Decompress);
            using var all = new MemoryStream();
            var piece = new byte[16 << 10];
            int read;
            while ((read = unpacking.Read(piece)) > 0)
            {
                if (all.Length + read > MostUnpacked)
                {
                    return new Unpacked.TooLong();
                }

                all.Write(piece, 0, read);
            }

            return new Unpacked.Done(all.ToArray());
        }
        catch (Exception e) when (e is FormatException or InvalidDataException)
        {
            return new Unpacked.Unreadable();
        }
    }

    /// <summary>Says what became of a text.</summary>
    public abstract record Unpacked
    {
        private Unpacked() { }

        public sealed record Done(byte[] Bytes) : Unpacked;

        public sealed record TooLong : Unpacked;

        public sealed record Unreadable : Unpacked;
    }
}
