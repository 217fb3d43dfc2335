using GemmaOperator.Text;

namespace GemmaOperator.Registry.References;

/// <summary>
/// Says what a user got wrong in the text of an image reference or a repository. The grammar is that of
/// <see cref="ImageReference"/> and <see cref="ImageRepository"/>; what is asked for beside it is asked of specs alone.
/// </summary>
internal static class ReferenceSyntax
{
    private const string PortRemedy = "write one from 1 to 65535, or none: registry.example.com:5000/team/image";

    /// <summary>Judges a name with a tag, a digest, both or neither; null means that nothing is wrong.</summary>
    public static (string Problem, string Remedy)? OfImage(string text) =>
        text switch
        {
            _ when text.Contains("://", StringComparison.Ordinal) => (
                $"{Quoted.Of(text)} is a URL",
                "leave out the scheme: registry.example.com/team/image:tag"
            ),
            _ when ImageReference.TryParse(text, out _, out _) => null,
            _ when text.IndexOf('/') is > 0 and var at && ImageRepository.HasNoPort(text[..at]) => (
                $"{Quoted.Of(text)} names no port",
                PortRemedy
            ),
            _ => (
                $"{Quoted.Of(text)} isn't an image reference",
                "write registry.example.com/team/image:tag or …@sha256:<64 hex digits>, the path in lower case"
            ),
        };

    /// <summary>Tells whether a text is a reference that carries a digest.</summary>
    public static bool HasDigest(string text) =>
        ImageReference.TryParse(text, out var reference, out _) && reference.Digest is not null;

    /// <summary>Judges a name with a registry and without a tag or digest; null means that nothing is wrong.</summary>
    public static (string Problem, string Remedy)? OfRepository(string text)
    {
        if (text.Contains("://", StringComparison.Ordinal))
        {
            return ($"{Quoted.Of(text)} is a URL", "leave out the scheme: registry.example.com/team/image");
        }

        var slash = text.IndexOf('/');
        if (text.Contains('@') || text.LastIndexOf(':') > Math.Max(slash, 0))
        {
            return ($"{Quoted.Of(text)} has a tag or digest", "drop the tag or digest");
        }

        var host = slash < 0 ? "" : text[..slash];
        if (!host.Contains('.') && !host.Contains(':') && host != "localhost")
        {
            return (
                $"{Quoted.Of(text)} names no registry",
                "begin with its host: registry.example.com/team/image, docker.io/team/image"
            );
        }

        return ImageRepository.TryParse(text, out _, out _) ? null
            : ImageRepository.HasNoPort(host) ? ($"{Quoted.Of(text)} names no port", PortRemedy)
            : (
                $"{Quoted.Of(text)} isn't a repository",
                "write registry.example.com/team/image, the path in lower case"
            );
    }
}
