using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using k8s;
using k8s.Models;

namespace GemmaOperator.Cluster;

/// <summary>Says what a child says of whom it belongs to, and goes with.</summary>
internal static class Ownership
{
    public static V1OwnerReference By(GemmaBaseImage image) => By(image, GemmaBaseImage.KubeKind);

    public static V1OwnerReference By(GemmaBuild build) => By(build, GemmaBuild.KubeKind);

    extension(IKubernetesObject<V1ObjectMeta> child)
    {
        /// <summary>Decides whether an object is its controller: an owner of another kind may be anybody's.</summary>
        public bool IsControlledBy(string? uid) =>
            uid is not null && child.Metadata.OwnerReferences?.Any(o => o.Uid == uid && o.Controller == true) == true;
    }

    private static V1OwnerReference By(IKubernetesObject<V1ObjectMeta> owner, string kind) =>
        new()
        {
            ApiVersion = ApiGroup.GroupVersion,
            Kind = kind,
            Name = owner.Metadata.Name,
            Uid = owner.Metadata.Uid,
            Controller = true,
            BlockOwnerDeletion = true,
        };
}
