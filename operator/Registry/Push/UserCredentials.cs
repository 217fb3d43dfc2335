using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Registry.Push;

/// <summary>
/// Finds a user's own credentials for a host, where <c>docker login</c> and its kin keep them: <c>config.json</c> in
/// <c>$DOCKER_CONFIG</c> or <c>~/.docker</c>, or the credential helper that it names for the host or for all.
/// </summary>
internal static partial class UserCredentials
{
    /// <summary>Docker keeps what belongs to docker.io under this name.</summary>
    private const string DockerHub = "https://index.docker.io/v1/";

    /// <summary>Gets the file; it needn't exist.</summary>
    public static string DefaultFile =>
        Path.Combine(
            Environment.GetEnvironmentVariable("DOCKER_CONFIG") is { Length: > 0 } folder
                ? folder
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".docker"),
            "config.json"
        );

    /// <summary>Returns the credentials; none where the file or an entry is missing.</summary>
    /// <exception cref="FormatException">The file, or a helper's answer, isn't what it should be.</exception>
    public static async Task<DockerConfig> ForAsync(
        string host,
        string file,
        Func<string, string, CancellationToken, Task<string?>> askHelper,
        CancellationToken cancellationToken
    )
    {
        if (!File.Exists(file))
        {
            return DockerConfig.Empty;
        }

        var config = Parse(await File.ReadAllTextAsync(file, cancellationToken), file);
        var server = host == ImageRepository.DefaultHost ? DockerHub : host;
        if (Helper(config, server, file) is { } helper)
        {
            return await askHelper(helper, server, cancellationToken) is { } answer
                ? DockerConfig.Of(host, FromHelper(answer, helper))
                : DockerConfig.Empty;
        }

        // Entries without content are what a helper leaves behind.
        var auths = new JsonObject(
            (config["auths"] as JsonObject ?? [])
                .Where(a => a.Value is JsonObject { Count: > 0 })
                .Select(a => KeyValuePair.Create(a.Key, (JsonNode?)a.Value!.DeepClone()))
        );
        return DockerConfig.TryParse(
            JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["auths"] = auths }),
            out var read,
            out var error
        )
            ? read
            : throw new FormatException($"{file}: {error}");
    }

    private static JsonObject Parse(string text, string file)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject ?? throw new FormatException($"{file} holds no JSON object");
        }
        catch (JsonException e)
        {
            throw new FormatException($"{file} isn't JSON (line {e.LineNumber + 1})", e);
        }
    }

    /// <summary>Names the helper for a server: the host's own wins over the one for all.</summary>
    private static string? Helper(JsonObject config, string server, string file)
    {
        var named =
            RegistryJson.Text((config["credHelpers"] as JsonObject)?[server])
            ?? RegistryJson.Text(config["credsStore"]);
        return string.IsNullOrEmpty(named) ? null
            : HelperName().IsMatch(named) ? named
            : throw new FormatException($"{file}: a credential helper can't have the name it gives");
    }

    /// <summary>Reads a helper's answer (docker-credential-helpers): user name and secret, or a token.</summary>
    private static RegistryCredential FromHelper(string answer, string helper)
    {
        var fields = Parse(answer, $"the answer of docker-credential-{helper}");
        return (RegistryJson.Text(fields["Username"]), RegistryJson.Text(fields["Secret"])) switch
        {
            ("<token>", { Length: > 0 } token) => new RegistryCredential("", "", token),
            ({ Length: > 0 } user, { } secret) => new RegistryCredential(user, secret),
            _ => throw new FormatException($"docker-credential-{helper} answers without Username and Secret"),
        };
    }

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9_.-]{0,63}\z", RegexOptions.NonBacktracking)]
    private static partial Regex HelperName();
}
