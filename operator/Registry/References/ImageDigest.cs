using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using GemmaOperator.Text;

namespace GemmaOperator.Registry.References;

/// <summary>
/// Holds a content digest: <c>sha256:</c> and 64, or <c>sha512:</c> and 128, lower-case hexadecimal digits (OCI image
/// spec, descriptor). Nothing else can be held.
/// </summary>
internal sealed record ImageDigest
{
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    private readonly string _text;

    private ImageDigest(string text) => _text = text;

    public string Algorithm => _text[.._text.IndexOf(':', StringComparison.Ordinal)];

    public bool IsSha256 => _text.StartsWith("sha256:", StringComparison.Ordinal);

    /// <summary>Gets the digits behind the algorithm.</summary>
    public string Hex => _text[(_text.IndexOf(':', StringComparison.Ordinal) + 1)..];

    /// <summary>Returns the sha256 digest of content.</summary>
    public static ImageDigest Of(ReadOnlySpan<byte> content) =>
        new("sha256:" + Convert.ToHexStringLower(SHA256.HashData(content)));

    public static ImageDigest Parse(string text) =>
        TryParse(text, out var digest, out var error) ? digest : throw new FormatException(error);

    public static bool TryParse(
        string? text,
        [NotNullWhen(true)] out ImageDigest? digest,
        [NotNullWhen(false)] out string? error
    )
    {
        digest = null;
        error = null;
        var colon = text?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        var digits =
            colon < 0
                ? 0
                : text!.AsSpan(0, colon) switch
                {
                    "sha256" => 64,
                    "sha512" => 128,
                    _ => 0,
                };
        if (digits == 0 || text!.Length != colon + 1 + digits || text.AsSpan(colon + 1).ContainsAnyExcept(HexDigits))
        {
            error = $"{Quoted.Of(text)} is no digest; write sha256: and 64 lower-case hexadecimal digits";
            return false;
        }

        digest = new ImageDigest(text);
        return true;
    }

    /// <summary>Tells whether the content is what the digest says.</summary>
    public bool Matches(ReadOnlySpan<byte> content) =>
        Algorithm == "sha256"
            ? Convert.ToHexStringLower(SHA256.HashData(content)) == Hex
            : Convert.ToHexStringLower(SHA512.HashData(content)) == Hex;

    public override string ToString() => _text;
}
