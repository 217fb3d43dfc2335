using System.Text.RegularExpressions;

namespace GemmaOperator.Registry.Client;

/// <summary>Finds the next page of a list of tags (OCI distribution spec: RFC 5988 Link, or the last tag).</summary>
internal static partial class TagPages
{
    /// <summary>Returns where the next page is; null after the last one.</summary>
    /// <param name="response">The answer with this page.</param>
    /// <param name="here">Where this page was.</param>
    /// <param name="names">The tags on it.</param>
    /// <param name="length">How many were asked for.</param>
    public static Uri? Next(HttpResponseMessage response, Uri here, IReadOnlyList<string> names, int length)
    {
        if (response.Headers.TryGetValues("Link", out var links))
        {
            foreach (Match link in Link().Matches(string.Join(", ", links)))
            {
                if (
                    link.Groups["rel"].Value.Split(' ').Contains("next", StringComparer.OrdinalIgnoreCase)
                    && Uri.TryCreate(here, link.Groups["url"].Value, out var next)
                )
                {
                    // A registry behind a proxy that ends TLS writes http: the host is the same, and so is the way to
                    // it.
                    return next.Host == here.Host ? new Uri(here, next.PathAndQuery) : next;
                }
            }
        }

        // Not all send the header; a page as long as was asked for may not be the last.
        return names.Count >= length ? new Uri(here, $"?n={length}&last={Uri.EscapeDataString(names[^1])}") : null;
    }

    [GeneratedRegex(
        "<(?<url>[^<>]{1,4096})>[^,<]*;\\s*rel=\"?(?<rel>[A-Za-z ]+)\"?",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase
    )]
    private static partial Regex Link();
}
