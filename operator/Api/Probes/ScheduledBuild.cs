namespace GemmaOperator.Api.Probes;

/// <summary>Says what a tick of the schedule leads to.</summary>
internal enum ScheduledBuild
{
    /// <summary>The published image is asked first, and built anew where something would move.</summary>
    Ask,

    /// <summary>A build, whatever there is to bring.</summary>
    Build,
}
