using System.Globalization;
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

        if (PackedLines.Join(log, Mark, lines, hash) is not { } text)
        {
            return Absent(
                ImageReason.ContentsKnown.ListDamaged,
                "the list in the log isn't the one that the report is about: it was cut, or something else wrote there"
            );
        }

        return PackedLines.Unpack(text) switch
        {
            PackedLines.Unpacked.Done(var bytes) => ContentsDocument.Read(bytes, candidate),
            PackedLines.Unpacked.TooLong => TooLarge(anchor.Entries),
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
}
