namespace GemmaOperator.Api.Words;

/// <summary>Names when package layers are made anew although no input changed.</summary>
internal enum CacheRefresh
{
    Never,

    /// <summary>With each tick of the schedule.</summary>
    OnSchedule,

    /// <summary>With each build.</summary>
    Always,
}
