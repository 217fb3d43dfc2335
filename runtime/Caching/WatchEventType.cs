namespace GemmaOperator.Runtime.Caching;

/// <summary>Lists the kinds of line in a watch.</summary>
internal enum WatchEventType
{
    Added,
    Modified,
    Deleted,
    Bookmark,
    Error,
}
