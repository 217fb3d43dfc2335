using System.Globalization;
using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Models;
using GemmaOperator.Cluster;
using GemmaOperator.Hub;
using GemmaOperator.Text;
using k8s;
using k8s.Models;

namespace GemmaOperator.BaseImages.Workloads;

/// <summary>
/// Renders the claim that holds one revision of weights, and reads what its annotations say. That the weights are there
/// is said by the claim itself, so that it is known wherever the claim is.
/// </summary>
internal static class ModelClaim
{
    /// <summary>Names the annotation with the weights that the claim is for.</summary>
    public const string ModelAnnotation = ApiGroup.Name + "/model";

    /// <summary>Names the annotation with the bytes that were fetched; absent until all are there.</summary>
    public const string BytesAnnotation = ApiGroup.Name + "/model-bytes";

    /// <summary>Names the annotation with the uid of the object that made the claim.</summary>
    public const string MakerAnnotation = ApiGroup.Name + "/made-for";

    /// <summary>
    /// Returns its name: the same for the same weights in the same storage, so that a claim that was kept is found
    /// again, and more room is had in a new one.
    /// </summary>
    public static string NameOf(GemmaBaseImage image, DeclaredModel.OnHub hub, HubCommit commit) =>
        ObjectName.With(image.Metadata.Name, $"-model-{KeyOf(hub, commit)}");

    /// <summary>Returns the part of the name that stands for the weights, for the names of what fetches them.</summary>
    public static string KeyOf(DeclaredModel.OnHub hub, HubCommit commit) =>
        new Fingerprint()
            .With("endpoint", hub.Files.Endpoint.ToString())
            .With("repository", hub.Files.Repository)
            .With("commit", commit.ToString())
            .WithList("include", hub.Files.Include)
            .With("size", hub.Storage!.Size)
            .With("class", hub.Storage.StorageClassName)
            .WithList("modes", hub.Storage.AccessModes.Select(mode => mode.Text))
            .Hex(8);

    /// <param name="image">The object whose weights they are.</param>
    /// <param name="hub">Where they are from; with storage.</param>
    /// <param name="commit">Which of them.</param>
    /// <param name="identity">The same, for people.</param>
    public static V1PersistentVolumeClaim Render(
        GemmaBaseImage image,
        DeclaredModel.OnHub hub,
        HubCommit commit,
        string identity
    )
    {
        var storage = hub.Storage!;
        return new V1PersistentVolumeClaim
        {
            ApiVersion = "v1",
            Kind = "PersistentVolumeClaim",
            Metadata = new V1ObjectMeta
            {
                Name = NameOf(image, hub, commit),
                NamespaceProperty = image.Metadata.NamespaceProperty,
                Labels = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    [ApiGroup.ImageLabel] = image.Metadata.Name,
                    [ApiGroup.ManagedByLabel] = ApiGroup.ManagedByValue,
                },
                Annotations = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    [ModelAnnotation] = identity,
                    [MakerAnnotation] = image.Metadata.Uid,
                },
                OwnerReferences = storage.Retain || image.Spec!.LeavesWorkload ? null : [Ownership.By(image)],
            },
            Spec = new V1PersistentVolumeClaimSpec
            {
                AccessModes = [.. storage.AccessModes.Select(mode => mode.Text)],
                StorageClassName = storage.StorageClassName.Length > 0 ? storage.StorageClassName : null,
                Resources = new V1VolumeResourceRequirements
                {
                    Requests = new Dictionary<string, ResourceQuantity>(StringComparer.Ordinal)
                    {
                        ["storage"] = new(storage.Size),
                    },
                },
            },
        };
    }

    /// <summary>Returns the merge patch that records that all weights are there.</summary>
    public static JsonObject FetchedPatch(V1PersistentVolumeClaim claim, long bytes) =>
        new()
        {
            ["metadata"] = new JsonObject
            {
                ["uid"] = claim.Metadata.Uid,
                ["annotations"] = new JsonObject { [BytesAnnotation] = bytes.ToString(CultureInfo.InvariantCulture) },
            },
        };

    /// <summary>Returns the merge patch that lets it go with the object, or stay when that goes.</summary>
    public static JsonObject RetentionPatch(V1PersistentVolumeClaim claim, GemmaBaseImage image, bool isRetained) =>
        new()
        {
            ["metadata"] = new JsonObject
            {
                ["uid"] = claim.Metadata.Uid,
                ["ownerReferences"] = isRetained
                    ? null
                    : new JsonArray(JsonNode.Parse(KubernetesJson.Serialize(Ownership.By(image)))),
            },
        };

    extension(V1PersistentVolumeClaim claim)
    {
        /// <summary>Gets the bytes of the weights in it; null until all are there.</summary>
        public long? FetchedBytes =>
            long.TryParse(
                claim.AnnotationOf(BytesAnnotation),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var bytes
            )
                ? bytes
                : null;

        /// <summary>Gets the uid of the object that made it; null when it doesn't say.</summary>
        public string? MadeFor => claim.AnnotationOf(MakerAnnotation);

        /// <summary>Tells whether it is as long there as an object, or longer: owned by it, or by nobody.</summary>
        public bool StaysWith(GemmaBaseImage image) =>
            claim.Metadata.OwnerReferences is not { Count: > 0 } owners || owners.Any(o => o.Uid == image.Metadata.Uid);

        private string? AnnotationOf(string name) =>
            claim.Metadata.Annotations is { } all && all.TryGetValue(name, out var value) ? value : null;
    }
}
