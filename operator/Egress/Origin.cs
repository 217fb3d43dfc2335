namespace GemmaOperator.Egress;

/// <summary>Compares servers: scheme, host and port.</summary>
internal static class Origin
{
    /// <summary>Tells whether two URLs are of one server: what is meant for one may go to the other.</summary>
    public static bool IsSame(Uri a, Uri b) =>
        a.Scheme == b.Scheme && a.Port == b.Port && HostAndPort.HostOf(a) == HostAndPort.HostOf(b);

    /// <summary>Tells whether a URL is of HTTPS at its own port.</summary>
    public static bool IsPlainHttps(Uri url) => url.Scheme == Uri.UriSchemeHttps && url.IsDefaultPort;

    /// <summary>
    /// Returns a URL at the server that named it; null where it names another one, or would go down to plain HTTP. One
    /// that is spoken to over plain HTTP and names its HTTPS address is meant as it is spoken to.
    /// </summary>
    public static Uri? At(Uri home, Uri named)
    {
        if (named.UserInfo.Length > 0 || HostAndPort.HostOf(home) != HostAndPort.HostOf(named))
        {
            return null;
        }

        var isNoWayDown = named.Scheme == home.Scheme || named.Scheme == Uri.UriSchemeHttps;
        var isSamePort = named.Port == home.Port || (named.IsDefaultPort && home.IsDefaultPort);
        return isNoWayDown && isSamePort ? new Uri(home, named.PathAndQuery) : null;
    }
}
