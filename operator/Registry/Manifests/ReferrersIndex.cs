using System.Text.Json;
using System.Text.Json.Nodes;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Registry.Manifests;

/// <summary>
/// Holds the list of what is attached to an image: the referrers API's answer, or the index under the tag that stands
/// in
/// for it. Entries of others are kept as they are.
/// </summary>
internal sealed class ReferrersIndex
{
    /// <summary>Bounds the list: signatures, attestations and documents of one image.</summary>
    private const int Most = 1000;

    private readonly IReadOnlyList<JsonObject> _entries;

    private ReferrersIndex(IReadOnlyList<JsonObject> entries) => _entries = entries;

    /// <summary>Gets a list of nothing.</summary>
    public static ReferrersIndex Empty { get; } = new([]);

    public int Count => _entries.Count;

    /// <summary>Reads an index; entries without a digest are left out.</summary>
    /// <exception cref="RegistryException">It is no index.</exception>
    public static ReferrersIndex Parse(ReadOnlySpan<byte> bytes, string what) =>
        RegistryJson.Object(bytes, what)["manifests"] is JsonArray { Count: <= Most } manifests
            ? new ReferrersIndex([.. manifests.OfType<JsonObject>().Where(entry => DigestOf(entry) is not null)])
            : throw new RegistryException(RegistryError.Invalid, $"{what}: the answer is no list of what is attached");

    /// <summary>Returns the digests of what is of one type and has an annotation.</summary>
    public IReadOnlyList<ImageDigest> Find(string artifactType, string annotation) =>
        [
            .. _entries
                .Where(entry =>
                    RegistryJson.Text(entry["artifactType"]) == artifactType
                    && entry["annotations"] is JsonObject annotations
                    && annotations.ContainsKey(annotation)
                )
                .Select(entry => DigestOf(entry)!),
        ];

    public bool Contains(ImageDigest digest) => _entries.Any(entry => DigestOf(entry) == digest);

    /// <summary>Returns the list with one more.</summary>
    public ReferrersIndex With(
        ManifestContent manifest,
        string artifactType,
        IEnumerable<KeyValuePair<string, string>> annotations
    )
    {
        var entry = new Descriptor(manifest.MediaType, manifest.Digest, manifest.Bytes.Length).ToJson();
        entry["artifactType"] = artifactType;
        entry["annotations"] = ReferrerManifest.AnnotationsOf(annotations);
        return new ReferrersIndex([.. Without([manifest.Digest])._entries, entry]);
    }

    /// <summary>Returns the list without some.</summary>
    public ReferrersIndex Without(IReadOnlyCollection<ImageDigest> digests) =>
        new([.. _entries.Where(entry => !digests.Contains(DigestOf(entry)!))]);

    /// <summary>Renders the index.</summary>
    public ManifestContent Render()
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(
            new JsonObject
            {
                ["schemaVersion"] = 2,
                ["mediaType"] = MediaTypes.OciIndex,
                ["manifests"] = new JsonArray([.. _entries.Select(entry => entry.DeepClone())]),
            }
        );
        return new ManifestContent(MediaTypes.OciIndex, ImageDigest.Of(bytes), bytes);
    }

    private static ImageDigest? DigestOf(JsonObject entry) =>
        ImageDigest.TryParse(RegistryJson.Text(entry["digest"]), out var digest, out _) ? digest : null;
}
