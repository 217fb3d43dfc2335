using GemmaOperator.Api.Models;
using GemmaOperator.Api.Words;

namespace GemmaOperator.BaseImages.Models;

/// <summary>Says how weights that are known and there come into a served pod.</summary>
internal abstract record ModelMount
{
    private ModelMount() { }

    /// <summary>Gets how they come; null when nothing is mounted.</summary>
    public abstract ModelDelivery? Delivery { get; }

    /// <summary>
    /// Gets which weights they are, for the pods' annotation; empty when nothing is mounted, and for a claim that
    /// somebody else filled: the pod names it anyway.
    /// </summary>
    public abstract string Identity { get; }

    /// <summary>Returns what a spec asks for that can be known without asking anybody: a claim, or nothing.</summary>
    public static ModelMount Of(ModelSpec model) =>
        model.ExistingClaim is { Length: > 0 } claim ? new InClaim(claim, model.SubPath, "") : new Nothing();

    /// <summary>Mounts nothing.</summary>
    public sealed record Nothing : ModelMount
    {
        public override ModelDelivery? Delivery => null;

        public override string Identity => "";
    }

    /// <summary>Mounts a claim, read-only.</summary>
    /// <param name="Claim">Its name.</param>
    /// <param name="SubPath">Directory within it; empty means its root.</param>
    /// <param name="Identity">Which weights; empty when somebody else filled it.</param>
    public sealed record InClaim(string Claim, string SubPath, string Identity) : ModelMount
    {
        public override ModelDelivery? Delivery => ModelDelivery.Claim;

        public override string Identity { get; } = Identity;
    }

    /// <summary>Mounts an image.</summary>
    /// <param name="Reference">By digest.</param>
    /// <param name="SubPath">Directory within it; empty means its root.</param>
    /// <param name="PullSecret">Secret for pulling it; empty means none.</param>
    /// <param name="Identity">Which weights.</param>
    public sealed record InImage(string Reference, string SubPath, string PullSecret, string Identity) : ModelMount
    {
        public override ModelDelivery? Delivery => ModelDelivery.ImageVolume;

        public override string Identity { get; } = Identity;
    }

    /// <summary>Fetches them into the pod's own volume before the server starts.</summary>
    /// <param name="Command">How they are fetched.</param>
    /// <param name="Identity">Which weights.</param>
    public sealed record Fetched(ModelFetchCommand Command, string Identity) : ModelMount
    {
        public override ModelDelivery? Delivery => ModelDelivery.InitContainer;

        public override string Identity { get; } = Identity;
    }
}
