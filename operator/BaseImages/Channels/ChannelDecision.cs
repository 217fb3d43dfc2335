namespace GemmaOperator.BaseImages.Channels;

/// <summary>Says whether the tags of a base's line are read.</summary>
internal abstract record ChannelDecision
{
    private ChannelDecision() { }

    /// <summary>
    /// Gets when something else may be decided though nothing changes (UTC); null when only a change can.
    /// </summary>
    public abstract DateTime? NextLook { get; }

    /// <summary>
    /// Reads them; those that were read after <paramref name="After"/> (UTC) are good enough: other objects have bases
    /// of the same line.
    /// </summary>
    public sealed record Ask(DateTime After) : ChannelDecision
    {
        public override DateTime? NextLook => null;
    }

    /// <summary>Leaves them alone before <paramref name="Until"/> (UTC); null means until something changes.</summary>
    public sealed record Leave(DateTime? Until) : ChannelDecision
    {
        public override DateTime? NextLook => Until;
    }
}
