using GemmaOperator.Api.Words;
using k8s;
using k8s.Models;

namespace GemmaOperator.Cluster;

/// <summary>Says that an object which isn't ours has the name that one of ours is to have.</summary>
/// <param name="Message">What people are told.</param>
/// <param name="GoesByItself">Whether that object is being deleted, or its owner was; else a person must act.</param>
internal sealed record NameTaken(string Message, bool GoesByItself)
{
    /// <summary>
    /// Gets how long to wait before looking again: whoever has the name isn't always watched. A garbage collector comes
    /// soon, a person doesn't.
    /// </summary>
    public TimeSpan LookAgainAfter => TimeSpan.FromSeconds(GoesByItself ? 5 : 60);

    /// <summary>
    /// Says who has the name; returns null when the object has the controller that the wanted one is to have: it is
    /// ours.
    /// </summary>
    /// <param name="found">What the API server has under the name; null when it has gone meanwhile.</param>
    /// <param name="wanted">What was to be created.</param>
    public static NameTaken? By(IKubernetesObject<V1ObjectMeta>? found, IKubernetesObject<V1ObjectMeta> wanted)
    {
        var (owner, holder) = (wanted.GetController(), found?.GetController());
        if (found is not null && holder?.Uid == owner.Uid)
        {
            return null;
        }

        var what = $"{wanted.Kind} {wanted.Namespace()}/{wanted.Name()}";
        if (found?.Metadata.DeletionTimestamp is not null || found is null)
        {
            return new NameTaken(
                $"{what} of an earlier object is being deleted; it is made anew when it is gone",
                GoesByItself: true
            );
        }

        // Two objects can't have one name: the one of another uid is gone.
        return holder is not null && IsNamesake(holder, owner)
            ? new NameTaken(
                $"{what} is of an earlier {owner.Kind} {owner.Name} and goes with it; it is made anew when "
                    + "the garbage collector has been there",
                GoesByItself: true
            )
            : new NameTaken(
                $"{what} isn't of this {owner.Kind}{Whose(holder)}: delete it, and this goes on by itself",
                GoesByItself: false
            );
    }

    private static bool IsNamesake(V1OwnerReference a, V1OwnerReference b) =>
        (a.Kind, a.Name) == (b.Kind, b.Name) && a.ApiVersion.StartsWith(ApiGroup.Name + "/", StringComparison.Ordinal);

    private static string Whose(V1OwnerReference? holder) =>
        holder is null ? "" : $" but of {holder.Kind} {holder.Name}";
}
