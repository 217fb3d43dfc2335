using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace GemmaOperator.Registry.Access;

/// <summary>
/// Says what a registry's <c>WWW-Authenticate</c> header asks for (RFC 9110, distribution token specification).
/// </summary>
internal sealed partial record AuthChallenge(string Scheme, string Realm, string Service)
{
    /// <summary>Gets the host of the realm; the realm itself where that is no URL.</summary>
    public string Host => Uri.TryCreate(Realm, UriKind.Absolute, out var realm) ? realm.Authority : Realm;

    /// <summary>Asks for a user name and a password.</summary>
    public static readonly AuthChallenge Basic = new("basic", "", "");

    /// <summary>Returns the strongest challenge that we can meet; null when there is none.</summary>
    public static AuthChallenge? Of(HttpHeaderValueCollection<AuthenticationHeaderValue> headers) =>
        headers.Select(Parse).Where(c => c is not null).OrderBy(c => c!.Scheme == "bearer" ? 0 : 1).FirstOrDefault();

    /// <summary>Bounds what a challenge says, in characters.</summary>
    private const int Longest = 8 << 10;

    private static AuthChallenge? Parse(AuthenticationHeaderValue header)
    {
        var scheme = header.Scheme.ToLowerInvariant();
        // Of URLs beyond 64 KiB the runtime's parser throws.
        if (scheme is not ("bearer" or "basic") || header.Parameter?.Length > Longest)
        {
            return null;
        }

        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (Match match in Field().Matches(header.Parameter ?? ""))
        {
            fields[match.Groups["name"].Value] = match.Groups["quoted"].Success
                ? match.Groups["quoted"].Value
                : match.Groups["plain"].Value;
        }

        return new AuthChallenge(
            scheme,
            fields.GetValueOrDefault("realm", ""),
            fields.GetValueOrDefault("service", "")
        );
    }

    [GeneratedRegex(
        "(?<name>[A-Za-z_]+)=(?:\"(?<quoted>[^\"]*)\"|(?<plain>[^\",\\s]+))",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Field();
}
