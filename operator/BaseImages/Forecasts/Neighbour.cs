using GemmaOperator.Api.BaseImages;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Owners;
using GemmaOperator.Runtime.Contracts;

namespace GemmaOperator.BaseImages.Forecasts;

/// <summary>Holds another object that stands on the same base, or names the same repositories.</summary>
/// <param name="Key">Its namespace and name.</param>
/// <param name="HasSameBase">Whether it stands on the same upstream base: nodes keep its layers once.</param>
/// <param name="Repositories">Repositories that both name.</param>
internal sealed record Neighbour(ObjectKey Key, bool HasSameBase, IReadOnlyList<string> Repositories)
{
    /// <param name="image">The object.</param>
    /// <param name="base">Its base, and what that stands for; both null where that isn't known.</param>
    /// <param name="all">Objects that may be seen.</param>
    public static IReadOnlyList<Neighbour> Find(
        GemmaBaseImage image,
        (string? Reference, string? Digest) @base,
        IEnumerable<GemmaBaseImage> all
    )
    {
        var own = NamedRepositories.Of(image).Select(r => r.Repository.Identity).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. all.Where(o => ObjectKey.Of(o) != ObjectKey.Of(image) && o.Metadata.DeletionTimestamp is null)
                .Select(o => new Neighbour(
                    ObjectKey.Of(o),
                    StandsOn(o, @base),
                    [
                        .. NamedRepositories
                            .Of(o)
                            .Select(r => r.Repository.Identity)
                            .Where(own.Contains)
                            .Distinct(StringComparer.Ordinal),
                    ]
                ))
                .Where(n => n.HasSameBase || n.Repositories.Count > 0)
                .OrderBy(n => n.Key.ToString(), StringComparer.Ordinal),
        ];
    }

    private static bool StandsOn(GemmaBaseImage other, (string? Reference, string? Digest) @base) =>
        (@base.Digest is { } digest && other.Status?.ResolvedBase?.Digest == digest)
        || (
            @base.Reference is { } reference
            && other.Spec?.Base is { } declared
            && DeclaredBase.Read(declared).TryGet(out var read)
            && read.Text == reference
        );
}
