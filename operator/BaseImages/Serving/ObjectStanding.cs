using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Workloads;
using GemmaOperator.Cluster;
using GemmaOperator.Cluster.Comparison;

namespace GemmaOperator.BaseImages.Serving;

/// <summary>Says how a live object of the workload stands to what is wanted of it.</summary>
internal abstract record ObjectStanding
{
    private ObjectStanding() { }

    /// <summary>Gets the first field that is to be written; null when nothing is.</summary>
    public abstract string? Drift { get; }

    /// <summary>Gets when something is to be written though nothing changes (UTC); null when only a change asks for it.</summary>
    public virtual DateTime? NextLook => null;

    /// <summary>Says that it is as it should be.</summary>
    public sealed record AsAsked : ObjectStanding
    {
        public override string? Drift => null;
    }

    /// <summary>Says that it isn't there, or is as something else was asked for.</summary>
    public sealed record Outdated(string Field) : ObjectStanding
    {
        public override string? Drift => Field;
    }

    /// <summary>
    /// Says that it is as admission made it when it was last written: writing it again would lead to the same.
    /// </summary>
    /// <param name="Telling">What people are told of; what is as good as what was asked for isn't among it.</param>
    /// <param name="RetryAt">When it is asked for again (UTC), since policies change; null when it isn't.</param>
    /// <param name="IsDue">Whether that is now.</param>
    public sealed record Rewritten(IReadOnlyList<Difference> Telling, DateTime? RetryAt, bool IsDue) : ObjectStanding
    {
        public override string? Drift => IsDue ? Telling[0].Path : null;

        public override DateTime? NextLook => RetryAt;
    }

    /// <summary>Says that somebody changed it since it was written.</summary>
    /// <param name="First">The first field.</param>
    /// <param name="Contest">How often that was so, and how that is recorded.</param>
    /// <param name="RetryAt">When it is put right again (UTC); null when that is now.</param>
    public sealed record Undone(Difference First, ContestedField Contest, DateTime? RetryAt) : ObjectStanding
    {
        public override string? Drift => RetryAt is null ? First.Path : null;

        public override DateTime? NextLook => RetryAt;
    }
}
