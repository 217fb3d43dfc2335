using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using GemmaOperator.Registry.References;
using GemmaOperator.Text;

namespace GemmaOperator.Registry.Access;

/// <summary>
/// Credentials by registry, from the payload of a <c>kubernetes.io/dockerconfigjson</c> Secret:
/// <c>{"auths": {"host": {"auth": base64("user:password")}}}</c>, or <c>username</c> and <c>password</c> apart.
/// </summary>
internal sealed class DockerConfig
{
    public static readonly DockerConfig Empty = new(new Dictionary<string, RegistryCredential>(StringComparer.Ordinal));

    private readonly Dictionary<string, RegistryCredential> _byHost;

    private DockerConfig(Dictionary<string, RegistryCredential> byHost) => _byHost = byHost;

    public static bool TryParse(
        ReadOnlySpan<byte> json,
        [NotNullWhen(true)] out DockerConfig? config,
        [NotNullWhen(false)] out string? error
    )
    {
        config = null;
        JsonNode? root;
        try
        {
            root = JsonNode.Parse(json);
        }
        catch (JsonException e)
        {
            error =
                $"it isn't JSON (line {e.LineNumber + 1}); 'kubectl create secret docker-registry' writes one that is";
            return false;
        }

        if (root is not JsonObject { } top || top["auths"] is not JsonObject auths)
        {
            error = "it has no object 'auths' with an entry for each registry host";
            return false;
        }

        var parsed = new Dictionary<string, RegistryCredential>(StringComparer.Ordinal);
        foreach (var (host, entry) in auths)
        {
            if (Credential(entry) is not { } credential)
            {
                error =
                    $"the entry of {Quoted.Of(host)} has neither 'auth' (base64 of user:password) nor "
                    + "'username' and 'password'";
                return false;
            }

            parsed[Normal(host)] = credential;
        }

        config = new DockerConfig(parsed);
        error = null;
        return true;
    }

    /// <summary>Makes a config of one credential for one host.</summary>
    public static DockerConfig Of(string host, RegistryCredential credential) =>
        new(new Dictionary<string, RegistryCredential>(StringComparer.Ordinal) { [Normal(host)] = credential });

    /// <summary>Returns the credential for a registry host; null when there is none.</summary>
    public RegistryCredential? For(string host) => _byHost.GetValueOrDefault(Normal(host));

    /// <summary>Returns the credentials of both; <paramref name="other"/> wins where both know a host.</summary>
    public DockerConfig With(DockerConfig other)
    {
        var merged = new Dictionary<string, RegistryCredential>(_byHost, StringComparer.Ordinal);
        foreach (var (host, credential) in other._byHost)
        {
            merged[host] = credential;
        }

        return new DockerConfig(merged);
    }

    /// <summary>Keys are hosts or URLs such as https://index.docker.io/v1/, which means docker.io.</summary>
    private static string Normal(string key)
    {
        var scheme = key.IndexOf("://", StringComparison.Ordinal);
        var host = (scheme < 0 ? key : key[(scheme + 3)..]).Split('/', 2)[0].ToLowerInvariant();
        return host is "index.docker.io" or "registry-1.docker.io" or "registry.hub.docker.com"
            ? ImageRepository.DefaultHost
            : host;
    }

    private static RegistryCredential? Credential(JsonNode? entry)
    {
        if (entry is not JsonObject fields)
        {
            return null;
        }

        var token = Text(fields, "identitytoken");
        if (Text(fields, "auth") is { Length: > 0 } auth)
        {
            var pair = Decode(auth)?.Split(':', 2);
            return pair is [var user, var password]
                ? new RegistryCredential(user, password.TrimEnd('\0'), token)
                : null;
        }

        return (Text(fields, "username"), Text(fields, "password")) switch
        {
            ({ Length: > 0 } user, { } password) => new RegistryCredential(user, password, token),
            _ => token is null ? null : new RegistryCredential("", "", token),
        };
    }

    private static string? Text(JsonObject fields, string name) =>
        fields[name] is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;

    private static string? Decode(string base64)
    {
        var buffer = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, buffer, out var length)
            ? Encoding.UTF8.GetString(buffer, 0, length)
            : null;
    }
}
