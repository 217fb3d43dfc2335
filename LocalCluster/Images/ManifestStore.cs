using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LocalCluster.Json;

namespace LocalCluster.Images;

/// <summary>Keeps manifests by repository and digest, and the tags that point to them.</summary>
internal sealed class ManifestStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Repository, string Digest), (string Type, byte[] Bytes)> _manifests = [];
    private readonly SortedDictionary<string, SortedDictionary<string, string>> _tags = new(StringComparer.Ordinal);

    public (string Digest, string Type, byte[] Bytes)? Find(string repository, string reference)
    {
        lock (_gate)
        {
            var digest = reference.Contains(':', StringComparison.Ordinal)
                ? reference
                : _tags.GetValueOrDefault(repository)?.GetValueOrDefault(reference);
            return digest is not null && _manifests.TryGetValue((repository, digest), out var m)
                ? (digest, m.Type, m.Bytes)
                : null;
        }
    }

    public string Put(string repository, string reference, string type, byte[] bytes)
    {
        var digest = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));
        lock (_gate)
        {
            _manifests[(repository, digest)] = (type, bytes);
            if (!reference.Contains(':', StringComparison.Ordinal))
            {
                if (!_tags.TryGetValue(repository, out var own))
                {
                    _tags[repository] = own = new SortedDictionary<string, string>(StringComparer.Ordinal);
                }

                own[reference] = digest;
            }
        }

        return digest;
    }

    public bool Delete(string repository, string digest)
    {
        lock (_gate)
        {
            foreach (
                var tag in (_tags.GetValueOrDefault(repository) ?? [])
                    .Where(t => t.Value == digest)
                    .Select(t => t.Key)
                    .ToList()
            )
            {
                _tags[repository].Remove(tag);
            }

            return _manifests.Remove((repository, digest));
        }
    }

    public IReadOnlyDictionary<string, string> Tags(string repository)
    {
        lock (_gate)
        {
            return new SortedDictionary<string, string>(
                _tags.GetValueOrDefault(repository) ?? [],
                StringComparer.Ordinal
            );
        }
    }

    public IReadOnlyList<string> Repositories
    {
        get
        {
            lock (_gate)
            {
                return [.. _tags.Keys];
            }
        }
    }

    /// <summary>Returns the index of the manifests that name another as their subject.</summary>
    public JsonObject Referrers(string repository, string subject)
    {
        lock (_gate)
        {
            return new JsonObject
            {
                ["schemaVersion"] = 2,
                ["mediaType"] = "application/vnd.oci.image.index.v1+json",
                ["manifests"] = new JsonArray([
                    .. _manifests
                        .Where(m => m.Key.Repository == repository && SubjectOf(m.Value.Bytes) == subject)
                        .Select(m => (JsonNode)EntryOf(m.Key.Digest, m.Value.Type, m.Value.Bytes)),
                ]),
            };
        }
    }

    /// <summary>Returns the digest of a manifest's subject; null when it has none.</summary>
    public static string? SubjectOf(byte[] manifest) =>
        JsonNode.Parse(manifest) is JsonObject json ? json.Object("subject")?.Text("digest") : null;

    /// <summary>
    /// An artifact that names no type is of its config's (OCI distribution specification, referrers).
    /// </summary>
    private static JsonObject EntryOf(string digest, string type, byte[] bytes)
    {
        var json = JsonNode.Parse(bytes)!.AsObject();
        return new JsonObject
        {
            ["mediaType"] = type,
            ["digest"] = digest,
            ["size"] = bytes.Length,
            ["artifactType"] = json.Text("artifactType") ?? json.Object("config")?.Text("mediaType"),
            ["annotations"] = json.Object("annotations")?.DeepClone(),
        };
    }

    /// <summary>Returns the digests of blobs that a manifest needs and that must be there first.</summary>
    public static IEnumerable<string> BlobsOf(byte[] manifest) =>
        JsonNode.Parse(manifest) is JsonObject json && json.ContainsKey("layers")
            ? (json.Array("layers") ?? [])
                .OfType<JsonObject>()
                .Append(json.Object("config")!)
                .Select(d => d.Text("digest") ?? "")
            : [];
}
