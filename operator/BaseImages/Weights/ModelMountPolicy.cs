using GemmaOperator.Api.Engines;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Models;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Hub;
using k8s.Models;

namespace GemmaOperator.BaseImages.Weights;

/// <summary>Decides how the weights that the spec asks for come into the served pods.</summary>
internal static class ModelMountPolicy
{
    /// <summary>Returns null while they can't: nobody knows yet which they are, or they aren't all there.</summary>
    public static ModelMount? Decide(ImageSnapshot s) =>
        s.Model switch
        {
            DeclaredModel.InClaim claim => new ModelMount.InClaim(claim.Claim, claim.SubPath, ""),
            DeclaredModel.InImage image => s.KnownModel is { Digest: { } } known ? OfImage(s, image, known) : null,
            DeclaredModel.OnHub hub => s.KnownModel is { Commit: { } commit } known
                ? OfHub(s, hub, commit, known)
                : null,
            _ => new ModelMount.Nothing(),
        };

    /// <summary>
    /// Returns the claim of the weights that are known; null when there is none yet. One that goes away with an object
    /// of the same name before this one isn't it.
    /// </summary>
    public static V1PersistentVolumeClaim? ClaimOf(ImageSnapshot s, DeclaredModel.OnHub hub, HubCommit commit)
    {
        var name = ModelClaim.NameOf(s.Image, hub, commit);
        return s.Weights.Claims.FirstOrDefault(c =>
            c.Metadata.Name == name && c.Metadata.DeletionTimestamp is null && c.StaysWith(s.Image)
        );
    }

    /// <summary>
    /// Tells whether an image may be mounted, as far as is known: a refusal is remembered in the status.
    /// </summary>
    public static bool HasImageVolumes(ImageSnapshot s) =>
        s.Weights.HasImageVolumes && s.Status.Model is not { Delivery.Value: ModelDelivery.InitContainer };

    private static ModelMount OfImage(ImageSnapshot s, DeclaredModel.InImage image, ModelIdentity known) =>
        HasImageVolumes(s)
            ? new ModelMount.InImage(
                $"{image.Reference.Repository}@{known.Digest}",
                image.SubPath,
                image.PullSecret,
                known.ToString()
            )
            : new ModelMount.Fetched(
                ModelFetchCommand.For(
                    image,
                    known.Digest!,
                    s.Weights.InsecureRegistries.Contains(image.Reference.Repository.Host, StringComparer.Ordinal)
                ),
                known.ToString()
            );

    private static ModelMount? OfHub(ImageSnapshot s, DeclaredModel.OnHub hub, HubCommit commit, ModelIdentity known)
    {
        if (hub.Storage is null)
        {
            var engine = s.Spec.Rollout.Server.Engine.Value ?? ServerEngine.Builtin;
            return new ModelMount.Fetched(ModelFetchCommand.For(hub, commit, engine), known.ToString());
        }

        return ClaimOf(s, hub, commit) is { FetchedBytes: not null } claim
            ? new ModelMount.InClaim(claim.Metadata.Name, ModelVolume.FetchedDirectory, known.ToString())
            : null;
    }
}
