using System.Diagnostics.CodeAnalysis;
using GemmaOperator.Api.Words;
using GemmaOperator.Cluster.Authenticity;
using k8s;
using k8s.Models;

namespace GemmaOperator.Cluster;

/// <summary>Says that an object which isn't ours has the name that one of ours is to have.</summary>
/// <param name="Message">What people are told.</param>
/// <param name="GoesByItself">Whether that object is being deleted, or its owner was; else a person must act.</param>
internal sealed record NameTaken(string Message, bool GoesByItself)
{
    /// <summary>Gets whether that object says that it is ours, and isn't what we make.</summary>
    public bool IsForged { get; init; }

    /// <summary>Gets the reason of the condition.</summary>
    public string Reason => IsForged ? ImageReason.Reconciling.NotOurs : ImageReason.Reconciling.NameTaken;

    /// <summary>
    /// Gets how long to wait before looking again: whoever has the name isn't always watched. A garbage collector comes
    /// soon, a person doesn't.
    /// </summary>
    public TimeSpan LookAgainAfter => TimeSpan.FromSeconds(GoesByItself ? 5 : 60);

    /// <summary>
    /// Says who has the name; returns null when the object has the controller that the wanted one is to have, and what
    /// it is to hold: it is ours. The controller alone says nothing, whoever makes an object writes it.
    /// </summary>
    /// <param name="found">What the API server has under the name; null when it has gone meanwhile.</param>
    /// <param name="made">What is made under it: first what was to be created now.</param>
    public static NameTaken? By(
        IKubernetesObject<V1ObjectMeta>? found,
        params IReadOnlyList<IKubernetesObject<V1ObjectMeta>> made
    )
    {
        var wanted = made[0];
        var (owner, holder) = (wanted.GetController(), found?.GetController());
        var what = $"{wanted.Kind} {wanted.Namespace()}/{wanted.Name()}";
        var isLeaving = found is null || found.Metadata.DeletionTimestamp is not null;
        if (found is not null && holder?.Uid == owner.Uid && !(isLeaving && found is V1Job))
        {
            var differences = made.Select(m => ContentMatch.Difference(m, found)).ToList();
            return differences.Contains(null) ? null : Forged(what, owner, differences[0]!, found is V1Job);
        }

        if (isLeaving)
        {
            return new NameTaken(
                $"{what} of an earlier object is being deleted; it is made anew when it is gone",
                GoesByItself: true
            );
        }

        // Two objects can't have one name: the one of another uid is gone.
        return IsNamesake(holder, owner)
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

    /// <summary>A Job is deleted and made anew; what else there is a person has to delete.</summary>
    private static NameTaken Forged(string what, V1OwnerReference owner, string difference, bool isDeleted) =>
        new(
            $"{what} says that it is of this {owner.Kind}, which didn't make it so ({difference}): "
                + (isDeleted ? "it is deleted and made anew" : "delete it, and this goes on by itself"),
            isDeleted
        )
        {
            IsForged = true,
        };

    private static bool IsNamesake([NotNullWhen(true)] V1OwnerReference? a, V1OwnerReference b) =>
        a is not null
        && (a.Kind, a.Name) == (b.Kind, b.Name)
        && a.ApiVersion.StartsWith(ApiGroup.Name + "/", StringComparison.Ordinal);

    private static string Whose(V1OwnerReference? holder) =>
        holder is null ? "" : $" but of {holder.Kind} {holder.Name}";
}
