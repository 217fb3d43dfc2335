using System.Text;
using System.Text.Json;
using GemmaInference.Fetch.Failures;

namespace GemmaInference.Fetch.Oci;

/// <summary>Holds a registry's user and password, as <c>docker login</c> stores them.</summary>
internal sealed record RegistryLogin(string User, string Password)
{
    private const int MaxBytes = 1 << 20;

    /// <summary>Gets the value of a Basic authorisation.</summary>
    public string Basic => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}"));

    /// <param name="path">Of a Docker config.json; null for nobody.</param>
    /// <param name="host">The registry's host and port.</param>
    /// <returns>Null where the file says nothing of this registry.</returns>
    /// <exception cref="FetchException">The file can't be understood.</exception>
    public static RegistryLogin? Read(string? path, string host)
    {
        if (path is null)
        {
            return null;
        }

        try
        {
            if (new FileInfo(path).Length > MaxBytes)
            {
                throw Wrong(path, "it is longer than 1 MiB");
            }

            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            if (!document.RootElement.TryGetProperty("auths", out var all))
            {
                return null;
            }

            foreach (var entry in all.EnumerateObject())
            {
                if (HostOf(entry.Name) == HostOf(host))
                {
                    return Login(entry.Value, path, host);
                }
            }

            return null;
        }
        catch (Exception cause)
            when (cause
                    is IOException
                        or UnauthorizedAccessException
                        or JsonException
                        or InvalidOperationException
                        or FormatException
            )
        {
            throw Wrong(path, cause.Message);
        }
    }

    private static RegistryLogin? Login(JsonElement entry, string path, string host)
    {
        if (Text(entry, "username") is { Length: > 0 } user)
        {
            return new RegistryLogin(user, Text(entry, "password") ?? "");
        }

        if (Text(entry, "auth") is not { Length: > 0 } packed)
        {
            return null;
        }

        var pair = Encoding.UTF8.GetString(Convert.FromBase64String(packed)).Split(':', 2);
        return pair.Length == 2
            ? new RegistryLogin(pair[0], pair[1])
            : throw Wrong(path, $"auth of {host} has no colon");
    }

    /// <summary>Keys are hosts or addresses; Docker Hub's is an address of old.</summary>
    private static string HostOf(string key)
    {
        var start = key.IndexOf("://", StringComparison.Ordinal);
        var host = (start < 0 ? key : key[(start + 3)..]).Split('/')[0];
        return host is "index.docker.io" or "registry-1.docker.io" ? "docker.io" : host;
    }

    private static string? Text(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static FetchException Wrong(string path, string why) =>
        new(FetchReason.InvalidArgument, $"--registry-auth-file {path} is no Docker config.json: {why}");
}
