namespace GemmaOperator.BaseImages.Weights;

/// <summary>Says whether the source of the weights is asked what it stands for.</summary>
internal abstract record ModelDecision
{
    private ModelDecision() { }

    /// <summary>
    /// Gets when something else may be decided though nothing changes (UTC); null when only a change can.
    /// </summary>
    public abstract DateTime? NextLook { get; }

    /// <summary>
    /// Asks it; an answer that was given after <paramref name="After"/> (UTC) is good enough: other objects ask for
    /// the same source.
    /// </summary>
    public sealed record Ask(DateTime After) : ModelDecision
    {
        public override DateTime? NextLook => null;
    }

    /// <summary>
    /// Leaves it alone before <paramref name="Until"/> (UTC); null means as long as the spec stays as it is.
    /// </summary>
    public sealed record Leave(DateTime? Until) : ModelDecision
    {
        public override DateTime? NextLook => Until;
    }
}
