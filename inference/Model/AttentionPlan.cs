using GemmaInference.Model.Packed;

namespace GemmaInference.Model;

/// <summary>Says how layers that see the same compute their attention.</summary>
/// <param name="Calls">Calls of some sequences each.</param>
/// <param name="Packed">The one call of all of them; null where there are <paramref name="Calls"/>.</param>
internal sealed record AttentionPlan(IReadOnlyList<AttentionCall> Calls, PackedCall? Packed)
{
    /// <summary>Gets the plan of layers that there are none of.</summary>
    public static AttentionPlan None { get; } = new([], null);
}
