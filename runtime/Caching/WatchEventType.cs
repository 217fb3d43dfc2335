namespace GemmaOperator.Runtime.Caching;

/// <summary>The kinds of line in a watch.</summary>
internal enum WatchEventType
{
    Added,
    Modified,
    Deleted,
    Bookmark,
    Error,
}
