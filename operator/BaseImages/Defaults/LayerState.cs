namespace GemmaOperator.BaseImages.Defaults;

/// <summary>Says which defaults of one origin count.</summary>
/// <param name="InForce">These; null: none.</param>
/// <param name="Problem">Why they aren't what is written now; null: they are.</param>
internal sealed record LayerState(DefaultsLayer? InForce, string? Problem)
{
    public static readonly LayerState None = new(null, null);
}
