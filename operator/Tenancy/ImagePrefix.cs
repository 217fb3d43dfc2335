using System.Diagnostics.CodeAnalysis;
using GemmaOperator.Registry.References;
using GemmaOperator.Text;

namespace GemmaOperator.Tenancy;

/// <summary>
/// Holds a registry, or a part of one: <c>ghcr.io</c>, <c>ghcr.io/acme</c>. It covers what lies at or below it: the
/// prefix <c>ghcr.io/acme</c> doesn't cover <c>ghcr.io/acme-evil/image</c>.
/// </summary>
/// <param name="Host">Host with its port, as references have it.</param>
/// <param name="Path">Path below it; empty for all of the registry.</param>
internal sealed record ImagePrefix(string Host, string Path)
{
    /// <summary>Parses one; a name without a slash is a registry's host.</summary>
    public static bool TryParse(
        string text,
        [NotNullWhen(true)] out ImagePrefix? prefix,
        [NotNullWhen(false)] out string? error
    )
    {
        var trimmed = text.EndsWith('/') ? text[..^1] : text;
        var slash = trimmed.IndexOf('/', StringComparison.Ordinal);
        var host = slash < 0 ? trimmed : trimmed[..slash];
        // What looks like no host would be taken for a path on docker.io.
        var isHost = host.Contains('.') || host.Contains(':') || host == "localhost";
        if (isHost && ImageRepository.TryParse(slash < 0 ? $"{trimmed}/any" : trimmed, out var parsed, out _))
        {
            (prefix, error) = (new ImagePrefix(parsed.Host, slash < 0 ? "" : parsed.Path), null);
            return true;
        }

        (prefix, error) = (
            null,
            $"{Quoted.Of(text)} is no registry and no repository below one; write HOST or HOST/PATH, such as "
                + "ghcr.io/acme, without a tag or a digest"
        );
        return false;
    }

    /// <summary>Returns whether a repository lies at or below it.</summary>
    public bool Covers(ImageRepository repository) =>
        repository.Host == Host
        && (
            Path.Length == 0
            || repository.Path == Path
            || repository.Path.StartsWith($"{Path}/", StringComparison.Ordinal)
        );

    /// <summary>Renders it as it is written.</summary>
    public override string ToString() => Path.Length == 0 ? Host : $"{Host}/{Path}";
}
