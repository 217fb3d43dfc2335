namespace GemmaOperator.Runtime.Caching;

/// <summary>Hears about lists and watches.</summary>
internal interface IReflectorObserver
{
    void Listed(string resource, int items, TimeSpan took);

    /// <summary>Hears how many objects of the cache's kind can't be read at the moment.</summary>
    void Unreadable(string resource, int count);

    void WatchEnded(string resource, int events, TimeSpan lasted);
}
