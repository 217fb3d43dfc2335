using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LocalCluster.Json;

namespace LocalCluster.Images;

/// <summary>Manifests by repository and digest, and the tags that point to them.</summary>
internal sealed class ManifestStore
{
    private readonly Lock gate = new();
    private readonly Dictionary<(string Repository, string Digest), (string Type, byte[] Bytes)> manifests = [];
    private readonly SortedDictionary<string, SortedDictionary<string, string>> tags = new(StringComparer.Ordinal);

    public (string Digest, string Type, byte[] Bytes)? Find(string repository, string reference)
    {
        lock (gate)
        {
            var digest = reference.Contains(':', StringComparison.Ordinal) ? reference : tags.GetValueOrDefault(repository)?.GetValueOrDefault(reference);
            return digest is not null && manifests.TryGetValue((repository, digest), out var m) ? (digest, m.Type, m.Bytes) : null;
        }
    }

    public string Put(string repository, string reference, string type, byte[] bytes)
    {
        var digest = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));
        lock (gate)
        {
            manifests[(repository, digest)] = (type, bytes);
            if (!reference.Contains(':', StringComparison.Ordinal))
            {
                if (!tags.TryGetValue(repository, out var own))
                {
                    tags[repository] = own = new SortedDictionary<string, string>(StringComparer.Ordinal);
                }

                own[reference] = digest;
            }
        }

        return digest;
    }

    public bool Delete(string repository, string digest)
    {
        lock (gate)
        {
            foreach (var tag in (tags.GetValueOrDefault(repository) ?? []).Where(t => t.Value == digest).Select(t => t.Key).ToList())
            {
                tags[repository].Remove(tag);
            }

            return manifests.Remove((repository, digest));
        }
    }

    public IReadOnlyDictionary<string, string> Tags(string repository)
    {
        lock (gate)
        {
            return new SortedDictionary<string, string>(tags.GetValueOrDefault(repository) ?? [], StringComparer.Ordinal);
        }
    }

    public IReadOnlyList<string> Repositories
    {
        get
        {
            lock (gate)
            {
                return [.. tags.Keys];
            }
        }
    }

    /// <summary>Digests of blobs that a manifest needs and that must be there first.</summary>
    public static IEnumerable<string> BlobsOf(byte[] manifest) => JsonNode.Parse(manifest) is JsonObject json && json.ContainsKey("layers")
        ? (json.Array("layers") ?? []).OfType<JsonObject>().Append(json.Object("config")!).Select(d => d.Text("digest") ?? string.Empty)
        : [];
}
