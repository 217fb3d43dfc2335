using System.Text;
using System.Text.Json;
using GemmaOperator.Text;

namespace GemmaOperator.Registry.Access;

/// <summary>
/// Reads a docker config as programs in Go do: names in any case, the last of two equal ones counts. An entry without
/// credentials is what a credential store leaves behind; one that can't be read is left out, and remembered.
/// </summary>
internal sealed class DockerConfigFile
{
    private const string Advice = "write one with 'kubectl create secret docker-registry'";

    /// <summary>Lists the fields that credentials stand in.</summary>
    private static readonly string[] Said = ["auth", "username", "password", "identitytoken", "registrytoken"];

    private DockerConfigFile() { }

    public Dictionary<DockerConfigKey, RegistryCredential> Credentials { get; } = [];

    public Dictionary<DockerConfigKey, string> Unusable { get; } = [];

    /// <inheritdoc cref="DockerConfig.IsPlain"/>
    public bool IsPlain { get; private set; } = true;

    /// <summary>Gets what is wrong with a file that holds entries and not one that can be used.</summary>
    public string? Problem => Credentials.Count > 0 ? null : Unusable.Values.FirstOrDefault();

    /// <summary>Returns what the file says; null when it has no object <c>auths</c>.</summary>
    /// <exception cref="JsonException">It isn't JSON.</exception>
    public static DockerConfigFile? Read(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        var top = Fields(document.RootElement);
        var file = new DockerConfigFile();
        var helpers = file.ReadHelpers(top);
        if (!top.TryGetValue("auths", out var auths) || auths.ValueKind != JsonValueKind.Object)
        {
            return helpers ? file : null;
        }

        foreach (var entry in auths.EnumerateObject())
        {
            file.Add(entry.Name, entry.Value);
        }

        return file;
    }

    private void Add(string name, JsonElement value)
    {
        var fields = Fields(value);
        if (
            value.ValueKind is JsonValueKind.Null
            || (value.ValueKind is JsonValueKind.Object && Said.All(f => Text(fields, f) is null))
        )
        {
            return;
        }

        if (!DockerConfigKey.TryParse(name, out var key))
        {
            IsPlain = false;
            return;
        }

        if (Credential(fields) is { } credential)
        {
            IsPlain &= !key.HasWildcard && key.Path.Length == 0 && !name.Contains(":443", StringComparison.Ordinal);
            Credentials[key] = credential;
            Unusable.Remove(key);
            return;
        }

        IsPlain = false;
        Unusable[key] =
            $"the entry of {Quoted.Of(name)} has neither 'auth' (base64 of user:password) nor "
            + $"'username' and 'password'; {Advice}";
    }

    /// <summary>Programs that keep credentials are on the machine where the file was written, and not here.</summary>
    private bool ReadHelpers(Dictionary<string, JsonElement> top)
    {
        var any = false;
        if (Text(top, "credsstore") is { } store)
        {
            Note(DockerConfig.Anywhere, "credsStore", store);
        }

        if (top.TryGetValue("credhelpers", out var helpers) && helpers.ValueKind == JsonValueKind.Object)
        {
            foreach (var helper in helpers.EnumerateObject())
            {
                if (
                    helper.Value.ValueKind == JsonValueKind.String
                    && DockerConfigKey.TryParse(helper.Name, out var key)
                )
                {
                    Note(key, "credHelpers", helper.Value.GetString()!);
                }
            }
        }

        return any;

        void Note(DockerConfigKey key, string field, string program)
        {
            (any, IsPlain) = (true, false);
            Unusable[key] =
                $"its {field} names the program {Quoted.Of("docker-credential-" + program)}, which keeps the "
                + $"credentials on the machine where the file was made; {Advice}";
        }
    }

    private static RegistryCredential? Credential(Dictionary<string, JsonElement> fields)
    {
        var (identity, registry) = (Text(fields, "identitytoken"), Text(fields, "registrytoken"));
        var (user, password) = (Text(fields, "username"), Text(fields, "password"));
        if (Text(fields, "auth") is { } auth)
        {
            if (Decode(auth)?.Split(':', 2) is not [var first, var second] || (first.Length == 0 && identity is null))
            {
                return null;
            }

            (user, password) = (first, second.Trim('\0'));
        }

        return identity is null && registry is null && (user is null || password is null)
            ? null
            : new RegistryCredential(user ?? "", password ?? "", identity) { RegistryToken = registry };
    }

    private static Dictionary<string, JsonElement> Fields(JsonElement element)
    {
        var fields = new Dictionary<string, JsonElement>(StringComparer.OrdinalIgnoreCase);
        if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var field in element.EnumerateObject())
            {
                fields[field.Name] = field.Value;
            }
        }

        return fields;
    }

    private static string? Text(Dictionary<string, JsonElement> fields, string name) =>
        fields.TryGetValue(name, out var value)
        && value.ValueKind == JsonValueKind.String
        && value.GetString() is { Length: > 0 } text
            ? text
            : null;

    private static string? Decode(string base64)
    {
        var buffer = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, buffer, out var length)
            ? Encoding.UTF8.GetString(buffer, 0, length)
            : null;
    }
}
