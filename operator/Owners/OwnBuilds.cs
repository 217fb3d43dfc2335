using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Owners;
using GemmaOperator.Api.Words;
using GemmaOperator.Cluster.Comparison;
using GemmaOperator.Text;
using k8s;

namespace GemmaOperator.Owners;

/// <summary>
/// Tells a GemmaBuild that the operator made from one that somebody else did. What it goes by is in statuses, which
/// tenants can't write: the object announces its next build, by name and by the hash of its spec, before it makes it,
/// and the build's status keeps that it was found to be so. A spec never changes, which the definition sees to.
/// </summary>
internal static class OwnBuilds
{
    private const int HashDigits = 32;

    /// <summary>
    /// Returns what is written to an object's status before a build is made. What was announced before for the same
    /// name is kept: while two processes take themselves for the leader, or one's request comes late, the build of
    /// either may be the one that is made, and both are the operator's.
    /// </summary>
    public static IntendedBuild Announce(GemmaBuild build, IntendedBuild? before = null)
    {
        var next = new IntendedBuild { Name = build.BuildName, SpecHash = HashOf(build.Spec!) };
        return before?.Name != next.Name ? next
            : before.SpecHash == next.SpecHash ? before
            : next with
            {
                EarlierSpecHashes =
                [
                    .. HashesOf(before).Where(hash => hash != next.SpecHash).Take(IntendedBuild.EarlierLimit),
                ],
            };
    }

    /// <summary>Decides whether a build is one that the operator made for a GemmaBaseImage.</summary>
    public static bool Confirms(GemmaBaseImage image, GemmaBuild build) =>
        IsChild(image, build)
        && (
            build.Status?.ConfirmedOwner is { } owner
                ? owner == image.Metadata.Uid
                : IsAnnounced(image, build) || IsOfReleaseBefore(image, build)
        );

    /// <summary>
    /// Returns whether a build says that it is an object's, by its one controlling owner. The uid in its spec is part
    /// of the hash, and is that of an earlier life where both were restored from a backup.
    /// </summary>
    private static bool IsChild(GemmaBaseImage image, GemmaBuild build) =>
        build.Spec is not null
        && build.Metadata.NamespaceProperty == image.Metadata.NamespaceProperty
        && build.Metadata.OwnerReferences is { } owners
        && owners.Count(o => o.Controller == true) == 1
        && owners.Any(o =>
            o is { Controller: true, Kind: GemmaBaseImage.KubeKind, ApiVersion: ApiGroup.GroupVersion }
            && o.Uid == image.Metadata.Uid
            && o.Name == image.Metadata.Name
        );

    private static bool IsAnnounced(GemmaBaseImage image, GemmaBuild build) =>
        image.Status?.NextBuild is { } next
        && next.Name == build.BuildName
        && HashesOf(next).Contains(HashOf(build.Spec!), StringComparer.Ordinal);

    private static IEnumerable<string> HashesOf(IntendedBuild next) => [next.SpecHash, .. next.EarlierSpecHashes ?? []];

    /// <summary>
    /// The release before kept no such marks. A build that it worked at has a status, with the generation that it saw,
    /// which is never written to one that isn't confirmed; and what may still use a credential must write where the
    /// object does.
    /// </summary>
    private static bool IsOfReleaseBefore(GemmaBaseImage image, GemmaBuild build) =>
        build.Status is { ObservedGeneration: not null }
        && build.Number <= image.Status?.BuildCounter
        && (
            build.IsFinished
            || (image.Spec?.Output is { } output && ApiEquality.Same(build.Spec!.Template.Output, output))
        );

    /// <summary>
    /// Returns the hash of a spec, whatever the order in which its maps came; without what may change.
    /// </summary>
    private static string HashOf(GemmaBuildSpec spec) =>
        new Fingerprint()
            .With(
                "spec",
                Sorted(JsonNode.Parse(KubernetesJson.Serialize(spec with { Cancel = false })))!.ToJsonString()
            )
            .Hex(HashDigits);

    /// <summary>An API server keeps no order of fields; what is empty may be left out.</summary>
    private static JsonNode? Sorted(JsonNode? node) =>
        node switch
        {
            JsonObject fields => new JsonObject(
                fields
                    .OrderBy(f => f.Key, StringComparer.Ordinal)
                    .Select(f => KeyValuePair.Create(f.Key, Sorted(f.Value)))
                    .Where(f => f.Value is not (null or JsonArray { Count: 0 } or JsonObject { Count: 0 }))
            ),
            JsonArray items => new JsonArray([.. items.Select(Sorted)]),
            _ => node?.DeepClone(),
        };
}
