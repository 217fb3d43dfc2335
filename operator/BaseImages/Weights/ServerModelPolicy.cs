using GemmaOperator.Api.Engines;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Models;

namespace GemmaOperator.BaseImages.Weights;

/// <summary>Decides whether a server image and the source of weights go together, by the image's labels.</summary>
internal static class ServerModelPolicy
{
    private const string Field = "spec.rollout.server.model";

    /// <summary>
    /// Returns why the weights can't come into the pods of an engine that has no server image; null when they can.
    /// </summary>
    public static Hindrance.Refusal? WithoutServer(ImageSnapshot s) =>
        s.Spec.Rollout.Server.Engine != ServerEngine.Builtin
        && s.Model is DeclaredModel.InImage
        && !ModelMountPolicy.HasImageVolumes(s)
            ? new Hindrance.Refusal(
                ImageReason.Stalled.ServerCannotFetch,
                $"{Field}.image: this cluster has no image volumes, and the engine "
                    + $"{s.Spec.Rollout.Server.Engine} has no command to fetch an image; put the weights into a "
                    + "claim (model.existingClaim), or name a hub (model.hub)"
            )
            : null;

    /// <summary>Returns why they don't; null when they do, or while nothing is known of the image.</summary>
    public static Hindrance.Refusal? Judge(ImageSnapshot s)
    {
        if (WithoutServer(s) is { } refused)
        {
            return refused;
        }

        if (s.ServerImage is not { } server)
        {
            return null;
        }

        return s.Model switch
        {
            DeclaredModel.None when server.NeedsModel => new Hindrance.Refusal(
                ImageReason.Stalled.ModelRequired,
                $"{Field}: it names no weights, and the server {server.Reference} can't start without; name one of "
                    + "model.existingClaim (a PersistentVolumeClaim that holds them), model.image (an OCI image or "
                    + "artefact) and model.hub (a repository of a Hugging Face hub)"
            ),
            DeclaredModel.OnHub when !server.CanFetch => new Hindrance.Refusal(
                ImageReason.Stalled.ServerCannotFetch,
                $"{Field}.hub: the server {server.Reference} has no command to fetch weights (label "
                    + $"{ApiGroup.FetchLabel}: \"{ApiGroup.FetchVersion}\"); take a server image that has, or put the "
                    + "weights into a claim (model.existingClaim)"
            ),
            DeclaredModel.InImage when !server.CanFetch && !ModelMountPolicy.HasImageVolumes(s) =>
                new Hindrance.Refusal(
                    ImageReason.Stalled.ServerCannotFetch,
                    $"{Field}.image: this cluster has no image volumes, and the server {server.Reference} has no "
                        + $"command to fetch an image (label {ApiGroup.FetchLabel}: \"{ApiGroup.FetchVersion}\"); take "
                        + "a server image that has, or put the weights into a claim (model.existingClaim)"
                ),
            _ => s.KnownModel is { ModelType: var type } && !server.Takes(type)
                ? new Hindrance.Refusal(
                    ImageReason.Stalled.ModelUnsupported,
                    $"{Field}: {s.Model.Text} is a model of type {type}, and the server {server.Reference} takes "
                        + $"{string.Join(", ", server.ModelTypes)}; name other weights, or another server image"
                )
                : null,
        };
    }
}
