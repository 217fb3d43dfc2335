using GemmaOperator.Api.BaseImages;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Registry.References;

namespace GemmaOperator.BaseImages.Facts;

/// <summary>Holds what an upstream base is known to be: <c>status.resolvedBase</c>, read.</summary>
/// <param name="Base">What was asked for.</param>
/// <param name="Digest">What it stood for.</param>
/// <param name="CheckedAt">When that was so (UTC); null when nobody knows.</param>
internal sealed record KnownBase(DeclaredBase Base, ImageDigest Digest, DateTime? CheckedAt)
{
    /// <summary>
    /// Reads a status; returns null when it tells of no base, or (edited by hand) of one that can't be: the registry is
    /// then asked as if it never had been.
    /// </summary>
    public static KnownBase? Read(ResolvedBase? recorded) =>
        recorded is not null
        && DeclaredBase.TryParse(recorded.Reference, out var declared)
        && ImageDigest.TryParse(recorded.Digest, out var digest, out _)
            ? new KnownBase(declared, digest, recorded.CheckedAt)
            : null;
}
