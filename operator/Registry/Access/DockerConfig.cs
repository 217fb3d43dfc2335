using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Registry.Access;

/// <summary>
/// Credentials by registry, from the payload of a <c>kubernetes.io/dockerconfigjson</c> Secret:
/// <c>{"auths": {"host": {"auth": base64("user:password")}}}</c>, or <c>username</c> and <c>password</c> apart. An
/// entry
/// is for a host or for a part of it (<see cref="DockerConfigKey"/>), and the most specific one counts.
/// </summary>
internal sealed class DockerConfig
{
    /// <summary>Bounds a config: an entry has some hundred bytes.</summary>
    private const int MostBytes = 256 << 10;

    public static readonly DockerConfig Empty = new([], [], isPlain: true);

    private readonly Dictionary<DockerConfigKey, RegistryCredential> _byKey;

    /// <summary>Lists the keys with a path or a wildcard: few have any.</summary>
    private readonly List<DockerConfigKey> _partial;

    /// <summary>Says of entries without usable credentials what is the matter.</summary>
    private readonly Dictionary<DockerConfigKey, string> _unusable;

    private DockerConfig(
        Dictionary<DockerConfigKey, RegistryCredential> byKey,
        Dictionary<DockerConfigKey, string> unusable,
        bool isPlain
    )
    {
        (_byKey, _unusable, IsPlain) = (byKey, unusable, isPlain);
        _partial =
        [
            .. byKey
                .Keys.Where(k => k.HasWildcard || k.Path.Length > 0)
                .OrderBy(k => k.HasWildcard)
                .ThenByDescending(k => k.Path.Length)
                .ThenByDescending(k => k.Host.Length)
                .ThenBy(k => k.Host, StringComparer.Ordinal),
        ];
    }

    /// <summary>
    /// Gets whether all programs read the same in it: go-containerregistry, and so Kaniko, knows neither wildcards nor
    /// beginnings of paths, and one entry that it can't read spoils the others.
    /// </summary>
    public bool IsPlain { get; }

    public static bool TryParse(
        ReadOnlyMemory<byte> json,
        [NotNullWhen(true)] out DockerConfig? config,
        [NotNullWhen(false)] out string? error
    )
    {
        config = null;
        if (json.Length > MostBytes)
        {
            error =
                $"it has {json.Length} bytes, and a docker config at most {MostBytes}; name a Secret that "
                + "'kubectl create secret docker-registry' makes";
            return false;
        }

        DockerConfigFile? file;
        try
        {
            file = DockerConfigFile.Read(json);
        }
        catch (JsonException e)
        {
            error =
                $"it isn't JSON (line {e.LineNumber + 1}); 'kubectl create secret docker-registry' writes one that is";
            return false;
        }
        catch (InvalidOperationException)
        {
            error = "it holds text that isn't Unicode; 'kubectl create secret docker-registry' writes one that is";
            return false;
        }

        error = file is null ? "it has no object 'auths' with an entry for each registry host" : file.Problem;
        if (error is not null)
        {
            return false;
        }

        config = new DockerConfig(file!.Credentials, file.Unusable, file.IsPlain);
        return true;
    }

    /// <summary>Makes a config of one credential for one host.</summary>
    public static DockerConfig Of(string host, RegistryCredential credential) =>
        DockerConfigKey.TryParse(host, out var key)
            ? new DockerConfig(new() { [key] = credential }, [], isPlain: true)
            : throw new ArgumentException("a host is expected", nameof(host));

    /// <summary>Makes a config of one credential for some repositories, and what is below them.</summary>
    public static DockerConfig Of(IEnumerable<ImageRepository> repositories, RegistryCredential credential) =>
        new(
            repositories
                .Select(r => DockerConfigKey.TryParse(r.ToString(), out var key) ? key : null)
                .OfType<DockerConfigKey>()
                .Distinct()
                .ToDictionary(key => key, _ => credential),
            [],
            isPlain: true
        );

    /// <summary>Returns the same without what it has for a host; itself when that is nothing.</summary>
    public DockerConfig Without(string host)
    {
        var name = DockerConfigKey.NormalHost(host);
        return _byKey.Keys.Any(k => k.CoversHost(name))
            ? new DockerConfig(
                _byKey.Where(k => !k.Key.CoversHost(name)).ToDictionary(k => k.Key, k => k.Value),
                _unusable,
                IsPlain
            )
            : this;
    }

    /// <summary>Returns the credential for a repository, or for all of a host; null when there is none.</summary>
    public RegistryCredential? For(string host, string path = "")
    {
        var name = DockerConfigKey.NormalHost(host);
        var whole = DockerConfigKey.TryParse(name, out var key) ? _byKey.GetValueOrDefault(key) : null;
        var partial = _partial.Find(k => k.Covers(name, path));
        return partial is null || (partial.HasWildcard && whole is not null) ? whole : _byKey[partial];
    }

    /// <summary>
    /// Says why there is no credential for a repository although the config names it; null when it doesn't.
    /// </summary>
    public string? WhyNone(string host, string path)
    {
        var name = DockerConfigKey.NormalHost(host);
        return _unusable.FirstOrDefault(u => u.Key.Covers(name, path)).Value ?? _unusable.GetValueOrDefault(Anywhere);
    }

    /// <summary>Returns the credentials of both; <paramref name="other"/> wins where both know a host.</summary>
    public DockerConfig With(DockerConfig other)
    {
        var merged = new Dictionary<DockerConfigKey, RegistryCredential>(_byKey);
        foreach (var (key, credential) in other._byKey)
        {
            merged[key] = credential;
        }

        var unusable = new Dictionary<DockerConfigKey, string>(_unusable);
        foreach (var (key, problem) in other._unusable)
        {
            unusable[key] = problem;
        }

        return new DockerConfig(merged, unusable, IsPlain && other.IsPlain);
    }

    /// <summary>
    /// Returns the same credentials under names that all programs understand: whole hosts, and the repositories that
    /// are named.
    /// </summary>
    public SortedDictionary<string, RegistryCredential> Spelled(IEnumerable<ImageLocation> repositories)
    {
        var spelled = new SortedDictionary<string, RegistryCredential>(StringComparer.Ordinal);
        foreach (var (key, credential) in _byKey.Where(k => k.Key is { HasWildcard: false, Path: "" }))
        {
            spelled[OnFile(key.Host)] = credential;
        }

        foreach (var repository in repositories)
        {
            var credential = For(repository.Host, repository.Path);
            var host = DockerConfigKey.NormalHost(repository.Host);
            if (credential is not null && credential != spelled.GetValueOrDefault(OnFile(host)))
            {
                spelled[$"{(host == ImageRepository.DefaultHost ? "index.docker.io" : host)}/{repository.Path}"] =
                    credential;
            }
        }

        return spelled;

        static string OnFile(string host) => host == ImageRepository.DefaultHost ? "https://index.docker.io/v1/" : host;
    }

    /// <summary>Stands for every host: where a file names a program that keeps all credentials.</summary>
    internal static readonly DockerConfigKey Anywhere = DockerConfigKey.TryParse("*", out var any) ? any : null!;
}
