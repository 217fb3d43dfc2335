using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;
using GemmaOperator.Text;

namespace GemmaOperator.Registry.References;

/// <summary>
/// Holds a repository: <c>host[:port]/path</c>, no tag, no digest. A name without a host is on docker.io, one without a
/// slash in its <c>library</c> (distribution/reference). The path has at least two characters, since Kaniko refuses
/// less.
/// </summary>
internal sealed partial record ImageRepository
{
    /// <summary>The registry that a name without a host means.</summary>
    public const string DefaultHost = "docker.io";

    private const int MaxLength = 255;

    private const int MaxPort = 65535;

    /// <summary>Lists the ports of HTTPS and, where a host is declared insecure, of HTTP.</summary>
    private static readonly string[] DefaultPorts = [":443", ":80"];

    private ImageRepository(string host, string path) => (Host, Path) = (host, path);

    /// <summary>Host with its port, lower case.</summary>
    public string Host { get; }

    /// <summary>Path below the host, without a leading slash.</summary>
    public string Path { get; }

    public static ImageRepository Parse(string text) =>
        TryParse(text, out var repository, out var error) ? repository : throw new FormatException(error);

    public static bool TryParse(
        string? text,
        [NotNullWhen(true)] out ImageRepository? repository,
        [NotNullWhen(false)] out string? error
    )
    {
        repository = null;
        if (string.IsNullOrEmpty(text) || text.Length > MaxLength)
        {
            error = $"{Quoted.Of(text)} is no repository; write host/path, at most {MaxLength} characters";
            return false;
        }

        if (text.Contains('@', StringComparison.Ordinal) || text.LastIndexOf(':') > text.LastIndexOf('/'))
        {
            error = $"{Quoted.Of(text)} has a tag or a digest; write the repository alone";
            return false;
        }

        var (host, path, name) = Split(text);
        if (HasNoPort(host))
        {
            error = $"{Quoted.Of(text)} names no port: they are from 1 to {MaxPort}";
            return false;
        }

        if (!HostPattern().IsMatch(host) || !PathPattern().IsMatch(path))
        {
            error =
                $"{Quoted.Of(text)} is no repository; write host/path in lower case, for example "
                + "europe-west1-docker.pkg.dev/project/repository/image";
            return false;
        }

        if (name.Length < 2)
        {
            error = $"{Quoted.Of(text)} has a path of one character; Kaniko needs at least two";
            return false;
        }

        // As it is written out, it must be taken again.
        if (host.Length + 1 + path.Length > MaxLength)
        {
            error = $"{Quoted.Of(text)} has more than {MaxLength} characters as {host}/…; write a shorter path";
            return false;
        }

        repository = new ImageRepository(host, path);
        error = null;
        return true;
    }

    /// <summary>Tells whether a host ends in digits after a colon that are no port.</summary>
    internal static bool HasNoPort(string host)
    {
        var port = host.AsSpan(host.LastIndexOf(':') + 1);
        return port.Length > 0
            && port.Length < host.Length
            && !port.ContainsAnyExceptInRange('0', '9')
            && (
                port.Length > 5
                || !int.TryParse(port, CultureInfo.InvariantCulture, out var number)
                || number is 0 or > MaxPort
            );
    }

    public override string ToString() => $"{Host}/{Path}";

    /// <summary>
    /// Gets the one name of the repository by which two spellings of it are known for the same: without a default port,
    /// and Docker Hub by one of its names. It is for comparisons; requests are sent to what was written.
    /// </summary>
    public string Identity
    {
        get
        {
            var host = Host;
            foreach (var port in DefaultPorts)
            {
                host = host.EndsWith(port, StringComparison.Ordinal) ? host[..^port.Length] : host;
            }

            return host is DefaultHost or "index.docker.io" or "registry-1.docker.io" or "registry.hub.docker.com"
                ? $"{DefaultHost}/{(Path.Contains('/', StringComparison.Ordinal) ? Path : "library/" + Path)}"
                : $"{host}/{Path}";
        }
    }

    /// <summary>
    /// The first part is a host if it looks like one: a dot, a port, or localhost (distribution/reference). The name is
    /// the path as it was written.
    /// </summary>
    private static (string Host, string Path, string Name) Split(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? "" : text[..slash];
        if (
            first.Contains('.', StringComparison.Ordinal)
            || first.Contains(':', StringComparison.Ordinal)
            || first == "localhost"
        )
        {
            var host = first.ToLowerInvariant();
            var path = text[(slash + 1)..];
            return host is "index.docker.io" or DefaultHost
                ? (DefaultHost, path.Contains('/', StringComparison.Ordinal) ? path : "library/" + path, path)
                : (host, path, path);
        }

        return (DefaultHost, slash < 0 ? "library/" + text : text, text);
    }

    [GeneratedRegex(
        @"\A(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*)(?::[0-9]{1,5})?\z",
        RegexOptions.NonBacktracking
    )]
    private static partial Regex HostPattern();

    [GeneratedRegex(
        @"\A[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*\z",
        RegexOptions.NonBacktracking
    )]
    private static partial Regex PathPattern();
}
