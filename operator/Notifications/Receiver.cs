using System.Text;

namespace GemmaOperator.Notifications;

/// <summary>Holds where and how a receiver is asked, as its Secret says. None of it is shown but the host.</summary>
internal sealed class Receiver
{
    public const string UrlKey = "url";
    public const string TokenKey = "token";
    public const string SigningKey = "secret";

    private const int LongestUrl = 2048;
    private const int LongestToken = 4096;

    private Receiver(Uri url, string? token, byte[]? signing) => (Url, Token, Signing) = (url, token, signing);

    public Uri Url { get; }

    /// <summary>Gets the bearer token; null means none.</summary>
    public string? Token { get; }

    /// <summary>Gets the key that bodies are signed with; null means that they aren't.</summary>
    public byte[]? Signing { get; }

    /// <summary>Reads a Secret's data; returns what is wrong when it names no receiver.</summary>
    public static (Receiver? Receiver, string? Problem) Parse(IDictionary<string, byte[]>? data)
    {
        if (Find(data, UrlKey) is not { Length: > 0 } text)
        {
            return (null, $"it has no key {UrlKey}; put the receiver's address there");
        }

        if (
            text.Length > LongestUrl
            || text.Any(c => c is <= ' ' or > '~')
            || !Uri.TryCreate(text, UriKind.Absolute, out var url)
            || (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp)
            || url.UserInfo.Length > 0
            || url.IdnHost.Length == 0
        )
        {
            return (
                null,
                $"its key {UrlKey} holds no address; write https://HOST/PATH, without a user, in at most {LongestUrl} "
                    + "characters of ASCII"
            );
        }

        var token = Find(data, TokenKey);
        return token is { } given && (given.Length is 0 or > LongestToken || given.Any(c => c is <= ' ' or > '~'))
            ? (null, $"its key {TokenKey} holds no token; write printable ASCII without spaces, or remove it")
            : (
                new Receiver(
                    url,
                    token,
                    Find(data, SigningKey) is { Length: > 0 } key ? Encoding.UTF8.GetBytes(key) : null
                ),
                null
            );
    }

    /// <summary>An editor's line end isn't part of a value.</summary>
    private static string? Find(IDictionary<string, byte[]>? data, string key) =>
        data is not null && data.TryGetValue(key, out var bytes)
            ? Encoding.UTF8.GetString(bytes).TrimEnd('\r', '\n')
            : null;
}
