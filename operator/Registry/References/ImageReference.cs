using System.Diagnostics.CodeAnalysis;
using GemmaOperator.Text;

namespace GemmaOperator.Registry.References;

/// <summary>Holds a repository with a tag, a digest, both or neither; neither means the tag <c>latest</c>.</summary>
internal sealed record ImageReference(ImageRepository Repository, ImageTag? Tag, ImageDigest? Digest)
{
    /// <summary>What a registry is asked for: the digest, if there is one.</summary>
    public string Selector => Digest?.ToString() ?? Tag?.ToString() ?? "latest";

    public static ImageReference Parse(string text) =>
        TryParse(text, out var reference, out var error) ? reference : throw new FormatException(error);

    public static bool TryParse(
        string? text,
        [NotNullWhen(true)] out ImageReference? reference,
        [NotNullWhen(false)] out string? error
    )
    {
        reference = null;
        if (string.IsNullOrEmpty(text) || text.Length > 512)
        {
            error = $"{Quoted.Of(text)} is no image reference; write repository:tag or repository@sha256:…";
            return false;
        }

        ImageDigest? digest = null;
        ImageTag? tag = null;
        var rest = text;
        var at = rest.IndexOf('@', StringComparison.Ordinal);
        if (at >= 0)
        {
            if (!ImageDigest.TryParse(rest[(at + 1)..], out digest, out error))
            {
                return false;
            }

            rest = rest[..at];
        }

        var colon = rest.LastIndexOf(':');
        if (colon > rest.LastIndexOf('/'))
        {
            if (!ImageTag.TryParse(rest[(colon + 1)..], out tag, out error))
            {
                return false;
            }

            rest = rest[..colon];
        }

        if (!ImageRepository.TryParse(rest, out var repository, out error))
        {
            return false;
        }

        reference = new ImageReference(repository, tag, digest);
        return true;
    }

    public ImageReference WithDigest(ImageDigest digest) => this with { Digest = digest, Tag = null };

    /// <summary>Writes the canonical form: host, path, tag, digest, as far as they are given.</summary>
    public override string ToString() =>
        Repository + (Tag is null ? "" : $":{Tag}") + (Digest is null ? "" : $"@{Digest}");
}
