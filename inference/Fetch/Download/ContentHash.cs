using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace GemmaInference.Fetch.Download;

/// <summary>Holds what a source says of a file's content.</summary>
/// <param name="IsGitBlob">
/// Whether it is git's SHA-1 of <c>blob</c>, length and content, which a hub has for small files; else SHA-256.
/// </param>
/// <param name="Hex">Lower case.</param>
internal sealed record ContentHash(bool IsGitBlob, string Hex)
{
    /// <summary>Returns null where the text is no hash of this kind.</summary>
    public static ContentHash? Sha256(string? hex) => Parse(hex, 64) is { } valid ? new(false, valid) : null;

    /// <inheritdoc cref="Sha256"/>
    public static ContentHash? GitBlob(string? hex) => Parse(hex, 40) is { } valid ? new(true, valid) : null;

    /// <summary>Begins to compute it for a content of a known length.</summary>
    public IncrementalHash? Begin(long size)
    {
        if (!IsGitBlob)
        {
            return null;
        }

        // Git's own object name; SHA-256 is computed beside it.
        var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {size}\0")));
        return hash;
    }

    private static string? Parse(string? hex, int length) =>
        hex is not null && hex.Length == length && hex.All(char.IsAsciiHexDigit) ? hex.ToLowerInvariant() : null;
}
