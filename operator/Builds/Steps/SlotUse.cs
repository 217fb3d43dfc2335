namespace GemmaOperator.Builds.Steps;

/// <summary>Says what a step does to the build's slot under the cap of builds that run at once.</summary>
internal enum SlotUse
{
    /// <summary>Needs none: one that is held goes to others.</summary>
    None,

    /// <summary>Needs a free one, and waits for it; one that came to nothing goes to others.</summary>
    Take,

    /// <summary>Has one, and keeps it.</summary>
    Hold,
}
