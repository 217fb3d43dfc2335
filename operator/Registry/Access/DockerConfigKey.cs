using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Enumeration;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Registry.Access;

/// <summary>
/// Says for which repositories an entry of a docker config is: a host, in which <c>*</c> and <c>?</c> stand for
/// characters of one part of its name, and the beginning of a path; as the kubelet reads it. A URL is read as the host
/// and path that it names, and one of Docker Hub's names as <c>docker.io</c>.
/// </summary>
internal sealed record DockerConfigKey
{
    /// <summary>Bounds a key: a host has at most 255 characters, and so has a repository.</summary>
    private const int MostCharacters = 512;

    private static readonly char[] Wild = ['*', '?'];

    private static readonly SearchValues<char> NoHost = SearchValues.Create(" @\\[]#");

    private DockerConfigKey(string host, string path) => (Host, Path) = (host, path);

    /// <summary>Gets the host with its port, lower case; it may hold wildcards.</summary>
    public string Host { get; }

    /// <summary>Gets the path that repositories begin with; empty for all of the host.</summary>
    public string Path { get; }

    /// <summary>Gets whether the host stands for more than one.</summary>
    public bool HasWildcard => Host.IndexOfAny(Wild) >= 0;

    public static bool TryParse(string text, [NotNullWhen(true)] out DockerConfigKey? key)
    {
        key = null;
        if (text.Length > MostCharacters)
        {
            return false;
        }

        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        var rest = scheme < 0 ? text : text[(scheme + 3)..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var plain = scheme >= 0 && text.AsSpan(0, scheme).Equals("http", StringComparison.OrdinalIgnoreCase);
        var host = NormalHost(slash < 0 ? rest : rest[..slash], plain ? ":80" : ":443");
        if (host.Length == 0 || host.AsSpan().ContainsAny(NoHost) || host.AsSpan().ContainsAnyInRange('\0', '\x1f'))
        {
            return false;
        }

        key = new DockerConfigKey(host, slash < 0 ? "" : NormalPath(rest[(slash + 1)..]));
        return true;
    }

    /// <summary>Returns a host as keys name it: without the port of HTTPS, and Docker Hub by one name.</summary>
    public static string NormalHost(string host, string defaultPort = ":443")
    {
        var lower = host.ToLowerInvariant();
        lower = lower.EndsWith(defaultPort, StringComparison.Ordinal) ? lower[..^defaultPort.Length] : lower;
        return lower is "index.docker.io" or "registry-1.docker.io" or "registry.hub.docker.com"
            ? ImageRepository.DefaultHost
            : lower;
    }

    /// <summary>Tells whether the entry is for a repository of a host that <see cref="NormalHost"/> returned.</summary>
    public bool Covers(string host, string path) => CoversHost(host) && CoversPath(path);

    /// <summary>
    /// Tells whether it is for a host. A wildcard stands for characters of one part, so both must have as many parts.
    /// </summary>
    public bool CoversHost(string host)
    {
        if (!HasWildcard)
        {
            return Host == host;
        }

        var (wanted, given) = (Split(Host), Split(host));
        return wanted.Port == given.Port
            && wanted.Parts.Length == given.Parts.Length
            && wanted.Parts.Zip(given.Parts).All(p => FileSystemName.MatchesSimpleExpression(p.First, p.Second, false));
    }

    /// <summary>
    /// A path ends where a part of the other ends: <c>team</c> isn't the beginning of <c>teams/x</c>.
    /// </summary>
    private bool CoversPath(string path) =>
        Path.Length == 0
        || (
            path.StartsWith(Path, StringComparison.Ordinal) && (path.Length == Path.Length || path[Path.Length] == '/')
        );

    private static (string[] Parts, string Port) Split(string host)
    {
        var colon = host.LastIndexOf(':');
        return colon < 0 ? (host.Split('.'), "") : (host[..colon].Split('.'), host[colon..]);
    }

    /// <summary>
    /// Versions of the API are no part of a repository's name: /v1/ is where docker login keeps them.
    /// </summary>
    private static string NormalPath(string path)
    {
        var trimmed = path.Trim('/');
        return trimmed is "v1" or "v2" ? ""
            : trimmed.StartsWith("v1/", StringComparison.Ordinal) || trimmed.StartsWith("v2/", StringComparison.Ordinal)
                ? trimmed[3..]
            : trimmed;
    }
}
