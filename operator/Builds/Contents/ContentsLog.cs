using System.Globalization;
using System.IO.Compression;
using System.Text;
using GemmaOperator.Api.Words;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Builds.Contents;

/// <summary>
/// Finds the list of packages in the log of a candidate's check. It is the candidate's own word, bound to its report by
/// a hash and to the image by its digest; whatever it is, the answer is a list within bounds or why there is none.
/// </summary>
internal static class ContentsLog
{
    /// <summary>Begins each line of the list; <c>contents.py</c> writes it.</summary>
    public const string Mark = "gemma-contents ";

    /// <summary>Bounds the lines of the log's end.</summary>
    private const int MostLines = 1_000;

    /// <summary>Bounds the log's end that is asked for: the list takes 2,000,000 characters at most.</summary>
    public static readonly (int Lines, int Bytes) Bounds = (MostLines, 5 << 19);

    /// <summary>Bounds the list once it is unpacked, in bytes.</summary>
    private const int MostUnpacked = 24 << 20;

    /// <param name="message">The termination message of the check.</param>
    /// <param name="log">The end of its log; null where it couldn't be had.</param>
    /// <param name="candidate">The image that it ran.</param>
    public static ContentsReading Read(string? message, string? log, ImageDigest candidate)
    {
        if (ContentsAnchor.Read(message) is not { } anchor)
        {
            return Absent(ImageReason.ContentsKnown.ListMissing, "the report says nothing of a list of packages");
        }

        if (anchor is not { Lines: { } lines, Hash: { } hash })
        {
            return TooLarge(anchor.Entries);
        }

        if (log is null)
        {
            return Absent(ImageReason.ContentsKnown.LogUnavailable, "the log of its check can't be read");
        }

        var text = Join(log, lines);
        if (text is null || ImageDigest.Of(Encoding.UTF8.GetBytes(text)).ToString() != hash)
        {
            return Absent(
                ImageReason.ContentsKnown.ListDamaged,
                "the list in the log isn't the one that the report is about: it was cut, or something else wrote there"
            );
        }

        return Unpack(text) switch
        {
            Unpacked.Done(var bytes) => ContentsDocument.Read(bytes, candidate),
            Unpacked.TooLong => TooLarge(anchor.Entries),
            _ => Absent(ImageReason.ContentsKnown.ListInvalid, "the list in the log can't be unpacked"),
        };
    }

    /// <summary>Says that a list has more entries than are read.</summary>
    public static ContentsReading.Absent TooLarge(long entries) =>
        Absent(
            ImageReason.ContentsKnown.ListTooLarge,
            string.Create(
                CultureInfo.InvariantCulture,
                $"the list has {entries} entries; at most {PackageList.MostEntries}, and 2 MB once packed, are read"
            )
        );

    private static ContentsReading.Absent Absent(string reason, string message) => new(reason, message);

    /// <summary>Joins the last lines of the list: what others write between them isn't its own.</summary>
    private static string? Join(string log, int lines)
    {
        if (lines > MostLines)
        {
            return null;
        }

        var found = new List<string>();
        foreach (var line in log.AsSpan().EnumerateLines())
        {
            if (line.StartsWith(Mark, StringComparison.Ordinal))
            {
                found.Add(line[Mark.Length..].ToString());
            }
        }

        return found.Count < lines ? null : string.Concat(found.TakeLast(lines));
    }

    private static Unpacked Unpack(string text)
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

    private abstract record Unpacked
    {
        public sealed record Done(byte[] Bytes) : Unpacked;

        public sealed record TooLong : Unpacked;

        public sealed record Unreadable : Unpacked;
    }
}
