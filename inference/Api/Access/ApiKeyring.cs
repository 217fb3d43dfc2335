using System.Security.Cryptography;
using System.Text;
using GemmaInference.Native;

namespace GemmaInference.Api.Access;

/// <summary>
/// Holds the keys that open the server, by their SHA-256 alone. Whether one fits takes the same time whichever key is
/// shown: all are compared, to the end.
/// </summary>
internal sealed class ApiKeyring
{
    /// <summary>Bounds the keys of a file.</summary>
    public const int MaxKeys = 10_000;

    private const int MaxLength = 512;
    private readonly byte[] _digests;

    private ApiKeyring(byte[] digests) => _digests = digests;

    public int Count => _digests.Length / SHA256.HashSizeInBytes;

    /// <summary>Reads one key a line; what follows # at a line's beginning or after a space is a comment.</summary>
    /// <param name="file">For messages, which never hold a key.</param>
    /// <exception cref="InferenceException">There is no key, too many, or something that is none.</exception>
    public static ApiKeyring Parse(string text, string file)
    {
        using var digests = new MemoryStream();
        foreach (var (index, line) in text.TrimStart('\uFEFF').Split('\n').Index())
        {
            if (KeyOf(line) is not { Length: > 0 } key)
            {
                continue;
            }

            if (key.Length > MaxLength || key.Any(letter => letter is <= ' ' or > '~'))
            {
                throw Wrong($"line {index + 1}: expected a key of up to {MaxLength} ASCII characters without spaces");
            }

            if (digests.Length == (long)MaxKeys * SHA256.HashSizeInBytes)
            {
                throw Wrong($"expected at most {MaxKeys} keys");
            }

            digests.Write(SHA256.HashData(Encoding.ASCII.GetBytes(key)));
        }

        return digests.Length > 0 ? new ApiKeyring(digests.ToArray()) : throw Wrong("has no keys; write one a line");

        InferenceException Wrong(string message) => new(ApiKeyFile.Variable, $"{file}: {message}");
    }

    public bool Accepts(string key)
    {
        Span<byte> shown = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(key), shown);
        var fits = false;
        for (var at = 0; at < _digests.Length; at += SHA256.HashSizeInBytes)
        {
            fits |= CryptographicOperations.FixedTimeEquals(shown, _digests.AsSpan(at, SHA256.HashSizeInBytes));
        }

        return fits;
    }

    private static string KeyOf(string line)
    {
        var key = line.Trim();
        for (var at = key.IndexOf('#'); at >= 0; at = key.IndexOf('#', at + 1))
        {
            if (at == 0 || char.IsWhiteSpace(key[at - 1]))
            {
                return key[..at].TrimEnd();
            }
        }

        return key;
    }
}
