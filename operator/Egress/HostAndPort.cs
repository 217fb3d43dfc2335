using System.Diagnostics.CodeAnalysis;

namespace GemmaOperator.Egress;

/// <summary>
/// Holds a host as URLs have it on the wire: lower case, punycode, no last dot, addresses in their one form; with a
/// port, or for all of them.
/// </summary>
internal sealed record HostAndPort
{
    private static readonly System.Buffers.SearchValues<char> NoHost = System.Buffers.SearchValues.Create("/\\?#@%*");

    private HostAndPort(string host, int? port) => (Host, Port) = (host, port);

    public string Host { get; }

    /// <summary>Gets the port; null means every one.</summary>
    public int? Port { get; }

    /// <summary>Returns where a URL leads.</summary>
    public static HostAndPort Of(Uri url) => new(HostOf(url), url.Port);

    /// <summary>Returns the host that a URL names, in its one form.</summary>
    public static string HostOf(Uri url) => url.IdnHost.Trim('[', ']').TrimEnd('.').ToLowerInvariant();

    /// <summary>Reads <c>HOST[:PORT]</c>; an IPv6 address stands in brackets.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="port">The port where none is written; null means every one.</param>
    /// <param name="parsed">What it says.</param>
    public static bool TryParse(string? text, int? port, [NotNullWhen(true)] out HostAndPort? parsed)
    {
        parsed = null;
        if (
            string.IsNullOrEmpty(text)
            || text.AsSpan().ContainsAny(NoHost)
            || text.Any(char.IsWhiteSpace)
            || text.EndsWith(':')
            || !Uri.TryCreate($"https://{text}/", UriKind.Absolute, out var url)
            || url.HostNameType == UriHostNameType.Unknown
            || url.HostNameType == UriHostNameType.Basic
            || HostOf(url).Length == 0
        )
        {
            return false;
        }

        var afterHost = text.AsSpan(text.LastIndexOf(']') + 1);
        parsed = new HostAndPort(HostOf(url), afterHost.Contains(':') ? url.Port : port);
        return parsed.Port is null or > 0;
    }

    /// <summary>Tells whether a URL leads there.</summary>
    public bool Matches(Uri url) => (Port is null || Port == url.Port) && HostOf(url) == Host;

    public override string ToString()
    {
        var host = Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host;
        return Port is null ? host : $"{host}:{Port}";
    }
}
