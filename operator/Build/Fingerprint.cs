using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace GemmaOperator.Build;

/// <summary>
/// A hash over named parts. Every part is written with its name and its length, so that no two different lists of parts have
/// the same bytes; parts are sorted by name, so that the order of writing has no meaning.
/// </summary>
internal sealed class Fingerprint
{
    /// <summary>Changes when the way of hashing changes; a new prefix makes every image due once.</summary>
    private const string Version = "v1-";

    private readonly SortedDictionary<string, string> parts = new(StringComparer.Ordinal);

    /// <summary>Adds a part; null and empty are the same, so that a field that gets a default later changes nothing.</summary>
    public Fingerprint With(string name, string? value)
    {
        if (!string.IsNullOrEmpty(value)) parts.Add(name, value);
        return this;
    }

    /// <summary>Adds a list whose order has a meaning.</summary>
    public Fingerprint WithList(string name, IEnumerable<string> values)
    {
        foreach (var (value, i) in values.Select((v, i) => (v, i))) With(string.Create(CultureInfo.InvariantCulture, $"{name}[{i:D6}]"), $"={value}");
        return this;
    }

    /// <summary>Adds a list whose order has no meaning.</summary>
    public Fingerprint WithSet(string name, IEnumerable<string> values) => WithList(name, values.Order(StringComparer.Ordinal));

    /// <summary>Adds pairs; their order has no meaning.</summary>
    public Fingerprint WithPairs(string name, IEnumerable<KeyValuePair<string, string>> pairs)
    {
        foreach (var (key, value) in pairs) With($"{name}[{key.Length}:{key}]", $"={value}");
        return this;
    }

    /// <summary>Version and 128 bits of SHA-256, in hexadecimal: fits a label's value.</summary>
    public override string ToString() => Version + Hex(32);

    /// <summary>The first hexadecimal digits of SHA-256.</summary>
    public string Hex(int digits)
    {
        var bytes = new ArrayBufferWriter<byte>(1024);
        foreach (var (name, value) in parts)
        {
            Append(bytes, name);
            Append(bytes, value);
        }

        return Convert.ToHexStringLower(SHA256.HashData(bytes.WrittenSpan))[..digits];
    }

    private static void Append(ArrayBufferWriter<byte> bytes, string text)
    {
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Encoding.UTF8.GetByteCount(text)}:"), bytes);
        Encoding.UTF8.GetBytes(text, bytes);
    }
}
