using GemmaOperator.Api.Updates;

namespace Operator.Tests.Trials.Years;

/// <summary>Holds the releases of one package, oldest first; the first is what there was before the year.</summary>
/// <param name="Name">Source package, or distribution.</param>
/// <param name="IsPython">pip brings it.</param>
/// <param name="IsListed">The spec names it, or what it names needs it.</param>
/// <param name="Releases">Its releases.</param>
internal sealed record RecordedPackage(string Name, bool IsPython, bool IsListed, IReadOnlyList<Release> Releases)
{
    /// <summary>Returns the place of the newest release that is there at a time, and that a policy takes.</summary>
    public int Newest(DateTime now, SystemUpdatePolicy policy) =>
        Releases
            .Select((release, at) => (release, at))
            .Last(r =>
                r.at == 0
                || (
                    r.release.At <= now
                    && policy switch
                    {
                        SystemUpdatePolicy.All => true,
                        SystemUpdatePolicy.Security => r.release.Suite == Suite.Security,
                        _ => false,
                    }
                )
            )
            .at;
}
