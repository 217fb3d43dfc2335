using GemmaOperator.Api.Probes;
using k8s.Models;

namespace GemmaOperator.BaseImages.Probe;

/// <summary>
/// Says what is to be done about a question to a published image. From its first look to its answer it stands in the
/// status; the answer is written there before anything follows from it.
/// </summary>
internal abstract record ProbeStep
{
    private ProbeStep() { }

    /// <summary>Gets when to look again though nothing changes (UTC); null when that is at once.</summary>
    public abstract DateTime? NextLook { get; }

    /// <summary>Asks, or goes on waiting for the answer.</summary>
    /// <param name="Asking">What is recorded.</param>
    /// <param name="Number">Number of the question.</param>
    /// <param name="Job">To be made; null when it is there, or when others are asked first.</param>
    /// <param name="Until">When to look again (UTC).</param>
    public sealed record Ask(PackagesAsking Asking, long Number, V1Job? Job, DateTime Until) : ProbeStep
    {
        public override DateTime? NextLook => Until;
    }

    /// <summary>Records how it ended.</summary>
    /// <param name="Answer">What is recorded.</param>
    public sealed record Ended(PackagesAnswer Answer) : ProbeStep
    {
        public override DateTime? NextLook => null;
    }
}
