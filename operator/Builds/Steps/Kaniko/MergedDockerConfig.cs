using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using GemmaOperator.Registry.Access;

namespace GemmaOperator.Builds.Steps.Kaniko;

/// <summary>Writes a docker config that Kaniko understands as the operator does.</summary>
internal static class MergedDockerConfig
{
    /// <summary>
    /// Writes the usable entries alone: helpers and stores name programs that the executor's image doesn't have, and
    /// one entry that can't be read spoils the file. Kaniko looks for the whole name of a repository and then for its
    /// host: what is for several of them is written for each one that the build uses.
    /// </summary>
    /// <param name="credentials">What the Secrets hold, those for pushing winning.</param>
    /// <param name="repositories">What the build reads and writes.</param>
    public static byte[] Of(DockerConfig credentials, IEnumerable<ImageLocation> repositories) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new JsonObject
            {
                ["auths"] = new JsonObject(
                    credentials
                        .Spelled(repositories)
                        .Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)Entry(entry.Value)))
                ),
            }
        );

    private static JsonObject Entry(RegistryCredential credential)
    {
        var entry = new JsonObject();
        if (credential.Username.Length > 0)
        {
            entry["auth"] = Convert.ToBase64String(
                Encoding.UTF8.GetBytes($"{credential.Username}:{credential.Password}")
            );
        }

        if (credential.IdentityToken is { } identity)
        {
            entry["identitytoken"] = identity;
        }

        if (credential.RegistryToken is { } registry)
        {
            entry["registrytoken"] = registry;
        }

        return entry;
    }
}
