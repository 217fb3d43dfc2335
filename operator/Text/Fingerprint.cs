using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace GemmaOperator.Text;

/// <summary>
/// Hashes named parts. Every part is written with its name and its length, so that no two different lists of parts have
/// the same bytes; parts are sorted by name, so that the order of writing has no meaning.
/// </summary>
internal sealed class Fingerprint
{
    /// <summary>Changes when the way of hashing changes; a new prefix makes every image due once.</summary>
    private const string Version = "v1-";

    private readonly Dictionary<string, string> _parts = new(StringComparer.Ordinal);

    /// <summary>
    /// Adds a part; null and empty are the same, so that a field that gets a default later changes nothing.
    /// </summary>
    public Fingerprint With(string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            _parts.Add(name, value);
        }

        return this;
    }

    /// <summary>Adds a list whose order has a meaning.</summary>
    public Fingerprint WithList(string name, IEnumerable<string> values)
    {
        foreach (var (value, i) in values.Select((v, i) => (v, i)))
        {
            With(string.Create(CultureInfo.InvariantCulture, $"{name}[{i:D6}]"), $"={value}");
        }

        return this;
    }

    /// <summary>Adds a list whose order has no meaning.</summary>
    public Fingerprint WithSet(string name, IEnumerable<string> values) =>
        WithList(name, values.Order(StringComparer.Ordinal));

    /// <summary>Adds pairs; their order has no meaning.</summary>
    public Fingerprint WithPairs(string name, IEnumerable<KeyValuePair<string, string>> pairs)
    {
        foreach (var (key, value) in pairs)
        {
            With($"{name}[{key.Length}:{key}]", $"={value}");
        }

        return this;
    }

    /// <summary>Returns the version and 128 bits of SHA-256, in hexadecimal: fits a label's value.</summary>
    public override string ToString() => Version + Hex(32);

    /// <summary>Returns the first hexadecimal digits of SHA-256.</summary>
    public string Hex(int digits)
    {
        var bytes = new ArrayBufferWriter<byte>(2048);
        var names = new string[_parts.Count];
        _parts.Keys.CopyTo(names, 0);
        Array.Sort(names, StringComparer.Ordinal);
        foreach (var name in names)
        {
            Append(bytes, name);
            Append(bytes, _parts[name]);
        }

        return Hex(bytes.WrittenSpan, digits);
    }

    /// <summary>Returns what <see cref="Hex(int)"/> does for a single part, whose value is in UTF-8.</summary>
    public static string HexOf(string name, ReadOnlySpan<byte> value, int digits)
    {
        var bytes = new ArrayBufferWriter<byte>(value.Length + 64);
        Append(bytes, name);
        AppendLength(bytes, value.Length);
        bytes.Write(value);
        return Hex(bytes.WrittenSpan, digits);
    }

    private static string Hex(ReadOnlySpan<byte> bytes, int digits)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return Convert.ToHexStringLower(hash[..((digits + 1) / 2)])[..digits];
    }

    private static void Append(ArrayBufferWriter<byte> bytes, string text)
    {
        AppendLength(bytes, Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, bytes);
    }

    private static void AppendLength(ArrayBufferWriter<byte> bytes, int length)
    {
        var into = bytes.GetSpan(16);
        Utf8Formatter.TryFormat(length, into, out var written);
        into[written] = (byte)':';
        bytes.Advance(written + 1);
    }
}
