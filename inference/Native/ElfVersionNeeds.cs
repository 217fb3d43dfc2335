using System.Buffers.Binary;
using System.Text;

namespace GemmaInference.Native;

/// <summary>
/// Reads and weakens the version needs of a 64-bit little-endian ELF library. Layout: System V ABI, LSB 5.0,
/// chapter "Symbol Versioning" (<c>Elfxx_Verneed</c>, <c>Elfxx_Vernaux</c>, <c>VER_FLG_WEAK</c> = 2).
/// </summary>
internal static class ElfVersionNeeds
{
    private const ushort WeakFlag = 2;
    private const uint NeedSection = 0x6ffffffe;

    /// <summary>Returns every version the library needs, in the file's order.</summary>
    /// <exception cref="InferenceException">
    /// The bytes are not a 64-bit little-endian ELF file, or are cut short.
    /// </exception>
    public static IReadOnlyList<VersionNeed> Read(ReadOnlySpan<byte> elf, string subject)
    {
        if (elf.Length < 64 || !elf[..4].SequenceEqual("\u007fELF"u8) || elf[4] != 2 || elf[5] != 1)
        {
            throw new InferenceException(subject, "not a 64-bit little-endian ELF library");
        }

        try
        {
            return ReadSections(elf);
        }
        catch (ArgumentOutOfRangeException cause)
        {
            throw new InferenceException(subject, "the ELF library is cut short", cause);
        }
    }

    /// <summary>
    /// Returns a copy in which the given needs are weak: the loader then accepts a library that lacks them.
    /// </summary>
    public static byte[] Weaken(ReadOnlySpan<byte> elf, IEnumerable<VersionNeed> needs)
    {
        var copy = elf.ToArray();
        foreach (var need in needs)
        {
            var flags = copy.AsSpan(need.FlagsOffset, 2);
            BinaryPrimitives.WriteUInt16LittleEndian(
                flags,
                (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(flags) | WeakFlag)
            );
        }

        return copy;
    }

    private static List<VersionNeed> ReadSections(ReadOnlySpan<byte> elf)
    {
        var needs = new List<VersionNeed>();
        var table = (int)U64(elf, 0x28);
        int entrySize = U16(elf, 0x3A),
            count = U16(elf, 0x3C);
        for (var section = 0; section < count; section++)
        {
            var header = elf.Slice(table + (section * entrySize), entrySize);
            if (U32(header, 4) != NeedSection)
            {
                continue;
            }

            var strings = elf.Slice(table + ((int)U32(header, 0x28) * entrySize), entrySize);
            ReadNeeds(elf, (int)U64(header, 0x18), (int)U32(header, 0x2C), (int)U64(strings, 0x18), needs);
        }

        return needs;
    }

    private static void ReadNeeds(ReadOnlySpan<byte> elf, int at, int entries, int strings, List<VersionNeed> needs)
    {
        for (var entry = 0; entry < entries; entry++)
        {
            var library = Text(elf, strings + (int)U32(elf, at + 4));
            var aux = at + (int)U32(elf, at + 8);
            for (int left = U16(elf, at + 2); left > 0; left--)
            {
                var version = Text(elf, strings + (int)U32(elf, aux + 8));
                needs.Add(
                    new VersionNeed(library, version, aux + 4, (U16(elf, aux + 4) & WeakFlag) != 0, U16(elf, aux + 6))
                );
                aux += (int)U32(elf, aux + 12);
            }

            at += (int)U32(elf, at + 12);
        }
    }

    private static ushort U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static ulong U64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);

    private static string Text(ReadOnlySpan<byte> bytes, int at)
    {
        var rest = bytes[at..];
        return Encoding.ASCII.GetString(rest[..Math.Max(0, rest.IndexOf((byte)0))]);
    }
}
