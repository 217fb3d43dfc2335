using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Workloads;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Cluster;
using GemmaOperator.Text;
using k8s.Models;

namespace GemmaOperator.BaseImages.Revisions;

/// <summary>
/// Renders and reads the ControllerRevision that holds the pod template with which an image proved itself. It is named
/// after its content; the status says the content's hash, so that nobody else's template is taken for it.
/// </summary>
internal static class TemplateRevision
{
    private const int DigitsInName = 10;

    /// <summary>
    /// Returns what the status says of a template that is kept under a name; null when the text holds none.
    /// </summary>
    /// <param name="image">The object.</param>
    /// <param name="text">The template, as JSON.</param>
    /// <param name="attempt">From 1; above it, the names before hold something else.</param>
    public static ServingRevision? Record(GemmaBaseImage image, CompressedString text, int attempt = 1)
    {
        if (ServingTemplate.Read(text) is not { } template)
        {
            return null;
        }

        var hash = HashOf(CanonicalOf(text));
        var suffix = attempt == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"-{attempt}");
        return new ServingRevision
        {
            Name = ObjectName.With(image.Metadata.Name, $"-{hash[..DigitsInName]}{suffix}"),
            Hash = hash,
            Settings = template.Settings,
            Image = template.Reference,
        };
    }

    /// <summary>Returns the revision to create.</summary>
    /// <param name="image">The object that it belongs to.</param>
    /// <param name="record">What the status is to say of it.</param>
    /// <param name="text">The template, as JSON.</param>
    /// <param name="number">Its number, above those of the object's other revisions.</param>
    public static V1ControllerRevision Render(
        GemmaBaseImage image,
        ServingRevision record,
        CompressedString text,
        long number
    ) =>
        new()
        {
            ApiVersion = "apps/v1",
            Kind = V1ControllerRevision.KubeKind,
            Metadata = new V1ObjectMeta
            {
                Name = record.Name,
                NamespaceProperty = image.Metadata.NamespaceProperty,
                Labels = WorkloadMetadata.Labels(image),
                OwnerReferences = [Ownership.By(image)],
            },
            Data = new JsonObject
            {
                ["spec"] = new JsonObject { ["template"] = JsonNode.Parse(CanonicalOf(text)) },
            }.Deserialize<JsonElement>(),
            Revision = number,
        };

    /// <summary>Tells whether a revision is the object's and holds what a record says.</summary>
    public static bool Holds(V1ControllerRevision? found, GemmaBaseImage image, ServingRevision record) =>
        found is { Metadata.DeletionTimestamp: null }
        && found.IsControlledBy(image.Metadata.Uid)
        && TemplateIn(found) is { } template
        && HashOf(template) == record.Hash;

    /// <summary>Tells whether it was made for an earlier object of the name, which let it go and is gone.</summary>
    public static bool IsLeft(V1ControllerRevision? found, GemmaBaseImage image) =>
        found is { Metadata: { DeletionTimestamp: null, OwnerReferences: null or { Count: 0 }, Labels: { } labels } }
        && WorkloadMetadata.Labels(image).All(l => labels.TryGetValue(l.Key, out var value) && value == l.Value);

    /// <summary>
    /// Returns what is believed of the revision that a status names: whoever may write revisions could have put another
    /// template there, or taken it away.
    /// </summary>
    /// <param name="found">What the API server has under the name; null when nothing.</param>
    /// <param name="ns">The object's namespace.</param>
    /// <param name="record">What the status says of it.</param>
    public static KeptTemplate Read(V1ControllerRevision? found, string ns, ServingRevision record)
    {
        var what = $"{V1ControllerRevision.KubeKind} {ns}/{Quoted.Of(record.Name)}";
        return found is null ? new KeptTemplate(null, $"{what} was deleted")
            : TemplateIn(found) is { } template && HashOf(template) == record.Hash
                ? new KeptTemplate(CompressedString.Of(template), null)
            : new KeptTemplate(null, $"{what} doesn't hold the pod template that was kept there");
    }

    private static string CanonicalOf(CompressedString text)
    {
        using var parsed = JsonDocument.Parse(text.ToUtf8());
        return CanonicalJson.Of(parsed.RootElement);
    }

    private static string? TemplateIn(V1ControllerRevision revision) =>
        revision.Data is JsonElement { ValueKind: JsonValueKind.Object } data
        && data.TryGetProperty("spec", out var spec)
        && spec.ValueKind == JsonValueKind.Object
        && spec.TryGetProperty("template", out var template)
            ? CanonicalJson.Of(template)
            : null;

    private static string HashOf(string canonical) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)));
}
