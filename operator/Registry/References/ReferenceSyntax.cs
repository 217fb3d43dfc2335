using System.Text.RegularExpressions;
using GemmaOperator.Text;

namespace GemmaOperator.Registry.References;

/// <summary>
/// What is wrong with the text of an image reference or a repository, by the grammar of the distribution project
/// (distribution/reference, regexp.go); null means nothing. Reading one into a value is the registry's task.
/// </summary>
internal static partial class ReferenceSyntax
{
    /// <summary>Longest name, which the distribution project allows with its host.</summary>
    private const int MaxRepository = 255;

    private const int MaxReference = 512;

    private const RegexOptions Options = RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking;

    /// <summary>A name with a tag, a digest, both or neither.</summary>
    public static (string Problem, string Remedy)? OfImage(string text) =>
        text switch
        {
            _ when text.Contains("://", StringComparison.Ordinal) => (
                $"{Excerpt.Of(text)} is a URL",
                "leave out the scheme: registry.example.com/team/image:tag"
            ),
            { Length: <= MaxReference } when Reference().Match(text) is { Success: true } match && IsUsable(match) =>
                null,
            _ => (
                $"{Excerpt.Of(text)} isn't an image reference",
                "write registry.example.com/team/image:tag or …@sha256:<64 hex digits>, the path in lower case"
            ),
        };

    /// <summary>Whether a reference carries a digest.</summary>
    public static bool HasDigest(string text) => Reference().IsMatch(text) && text.Contains('@');

    /// <summary>A name with a registry and without a tag or digest.</summary>
    public static (string Problem, string Remedy)? OfRepository(string text)
    {
        if (text.Contains("://", StringComparison.Ordinal))
        {
            return ($"{Excerpt.Of(text)} is a URL", "leave out the scheme: registry.example.com/team/image");
        }

        var slash = text.IndexOf('/');
        if (text.Contains('@') || text.LastIndexOf(':') > Math.Max(slash, 0))
        {
            return ($"{Excerpt.Of(text)} has a tag or digest", "drop the tag or digest");
        }

        var host = slash < 0 ? "" : text[..slash];
        if (!host.Contains('.') && !host.Contains(':') && host != "localhost")
        {
            return (
                $"{Excerpt.Of(text)} names no registry",
                "begin with its host: registry.example.com/team/image, docker.io/team/image"
            );
        }

        return Repository().IsMatch(text) && text.Length - slash > 2 && text.Length <= MaxRepository
            ? null
            : (
                $"{Excerpt.Of(text)} isn't a repository",
                "write registry.example.com/team/image, the path in lower case"
            );
    }

    /// <summary>
    /// What the grammar leaves open: Kaniko refuses a host with a path of one character, and a first part with a dot is
    /// read as a host, so it must be one.
    /// </summary>
    private static bool IsUsable(Match match)
    {
        var (name, host) = (match.Groups["name"].Value, match.Groups["host"].Length);
        var first = name.Contains('/') ? name[..name.IndexOf('/')] : "";
        return name.Length <= MaxRepository && (host > 0 ? name.Length - host > 1 : !first.Contains('.'));
    }

    private const string Label = "[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?";

    /// <summary>The first part is a host if it looks like one: a dot, a port, or localhost.</summary>
    private const string Host =
        "(localhost|" + Label + @"(\." + Label + ")+|" + Label + @"(\." + Label + ")*:[0-9]{1,5})";

    private const string Part = @"[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*";

    [GeneratedRegex(
        @"\A(?<name>(?<host>"
            + Host
            + "/)?"
            + Part
            + "(/"
            + Part
            + @")*)(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha256:[a-f0-9]{64}|@sha512:[a-f0-9]{128})?\z",
        Options
    )]
    private static partial Regex Reference();

    [GeneratedRegex(@"\A" + Host + "(/" + Part + @")+\z", Options)]
    private static partial Regex Repository();
}
