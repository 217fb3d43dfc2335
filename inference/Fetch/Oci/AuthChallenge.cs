using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace GemmaInference.Fetch.Oci;

/// <summary>Says what a registry's <c>WWW-Authenticate</c> asks for (distribution token specification).</summary>
internal sealed partial record AuthChallenge(bool IsBearer, string Realm, string Service)
{
    /// <summary>Returns the challenge that is met, a token before a password; null when none can be.</summary>
    public static AuthChallenge? Of(HttpHeaderValueCollection<AuthenticationHeaderValue> headers)
    {
        AuthChallenge? basic = null;
        foreach (var header in headers)
        {
            var fields = Field()
                .Matches(header.Parameter ?? "")
                .GroupBy(match => match.Groups["name"].Value, StringComparer.OrdinalIgnoreCase)
                .ToDictionary(
                    same => same.Key,
                    same => same.First().Groups["value"].Value.Trim('"'),
                    StringComparer.OrdinalIgnoreCase
                );
            if (header.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
            {
                return new AuthChallenge(
                    true,
                    fields.GetValueOrDefault("realm", ""),
                    fields.GetValueOrDefault("service", "")
                );
            }

            if (header.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase))
            {
                basic = new AuthChallenge(false, "", "");
            }
        }

        return basic;
    }

    [GeneratedRegex(
        "(?<name>[A-Za-z_]+)=(?<value>\"[^\"]*\"|[^\",\\s]+)",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Field();
}
