using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LocalCluster.Errors;
using LocalCluster.Json;
using LocalCluster.Requests;
using LocalCluster.Storage;

namespace LocalCluster.Reads;

/// <summary>
/// Writes and reads where a list goes on: <c>{"v":"meta.k8s.io/v1","rv":597,"start":"/w1\u0000"}</c> in unpadded
/// base64.
/// </summary>
internal static class ContinueToken
{
    public static string Write(long version, string lastKey)
    {
        var json = new JsonObject
        {
            ["v"] = "meta.k8s.io/v1",
            ["rv"] = version,
            ["start"] = lastKey + "\0",
        };
        return Convert.ToBase64String(Encoding.UTF8.GetBytes(json.ToJsonString())).TrimEnd('=');
    }

    public static (long Version, string Start) Read(string token)
    {
        try
        {
            var padded = token.Replace('-', '+').Replace('_', '/') + new string('=', (4 - (token.Length % 4)) % 4);
            var json = JsonNode.Parse(Convert.FromBase64String(padded)) as JsonObject;
            return (json?["rv"].Number() ?? 0, (json.Text("start") ?? "").TrimEnd('\0'));
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            throw ApiException.BadRequest(
                "invalid continue token: continue key is not valid: invalid character 'i' "
                    + "looking for beginning of value"
            );
        }
    }

    /// <summary>Returns the key below the listed prefix, as etcd orders it.</summary>
    public static string KeyOf(StoredObject o, ApiRequest request) =>
        "/" + (request.Namespace is null ? o.Key : o.Name);
}
