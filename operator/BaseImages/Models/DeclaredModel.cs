using GemmaOperator.Api.Models;
using GemmaOperator.Api.Words;
using GemmaOperator.Hub;
using GemmaOperator.Registry.References;

namespace GemmaOperator.BaseImages.Models;

/// <summary>Says where the weights come from, as a valid spec declares it.</summary>
internal abstract record DeclaredModel
{
    private DeclaredModel() { }

    /// <summary>Gets the kind of source; null without one.</summary>
    public abstract ModelSource? Source { get; }

    /// <summary>Gets the declaration, for statuses and people; two that read alike are alike.</summary>
    public abstract string Text { get; }

    /// <summary>Gets whether it may stand for other weights tomorrow: a branch or a tag.</summary>
    public abstract bool CanMove { get; }

    /// <summary>Understands a spec that <c>ModelRules</c> took; returns null for one that it wouldn't.</summary>
    /// <param name="model">The spec.</param>
    /// <param name="hub">The hub where the spec names none.</param>
    public static DeclaredModel? Read(ModelSpec model, HubEndpoint hub)
    {
        if (model.ExistingClaim is { Length: > 0 } claim)
        {
            return new InClaim(claim, model.SubPath);
        }

        if (model.Image is { } image)
        {
            return ImageReference.TryParse(image.Reference, out var reference, out _)
                ? new InImage(image.Reference, reference, image.SubPath, image.PullSecretRef?.Name ?? "")
                : null;
        }

        if (model.Hub is not { } spec)
        {
            return new None();
        }

        return HubEndpoint.TryParse(spec.Endpoint is { Length: > 0 } own ? own : hub.ToString(), out var endpoint)
            ? new OnHub(
                new HubSource(endpoint, spec.Repository, spec.Revision, spec.Include, spec.Insecure),
                spec.TokenSecretRef,
                spec.Storage
            )
            : null;
    }

    /// <summary>Says that the server brings its own weights, or needs none.</summary>
    public sealed record None : DeclaredModel
    {
        public override ModelSource? Source => null;

        public override string Text => "";

        public override bool CanMove => false;
    }

    /// <summary>Says that somebody else put them into a claim.</summary>
    public sealed record InClaim(string Claim, string SubPath) : DeclaredModel
    {
        public override ModelSource? Source => ModelSource.Claim;

        public override string Text => SubPath.Length > 0 ? $"{Claim}/{SubPath}" : Claim;

        public override bool CanMove => false;
    }

    /// <summary>Says that they are in an OCI image or artefact.</summary>
    /// <param name="Written">The reference as it was written.</param>
    /// <param name="Reference">The reference as registries are asked for it.</param>
    /// <param name="SubPath">Directory within it; empty means its root.</param>
    /// <param name="PullSecret">Secret for pulling it; empty means none.</param>
    public sealed record InImage(string Written, ImageReference Reference, string SubPath, string PullSecret)
        : DeclaredModel
    {
        public override ModelSource? Source => ModelSource.Image;

        public override string Text => SubPath.Length > 0 ? $"{Written}#{SubPath}" : Written;

        public override bool CanMove => Reference.Digest is null;
    }

    /// <summary>Says that they are on a hub.</summary>
    /// <param name="Files">Which files.</param>
    /// <param name="Token">Secret with the token; null means none.</param>
    /// <param name="Storage">Claim to fetch into; null means each pod's own volume.</param>
    public sealed record OnHub(HubSource Files, SecretKeyReference? Token, ModelStorageSpec? Storage) : DeclaredModel
    {
        public override ModelSource? Source => ModelSource.Hub;

        public override string Text => Files.ToString();

        public override bool CanMove => !HubCommit.TryParse(Files.Revision, out _);
    }
}
