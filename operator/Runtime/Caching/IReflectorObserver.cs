namespace GemmaOperator.Runtime.Caching;

/// <summary>Told about lists and watches.</summary>
internal interface IReflectorObserver
{
    void Listed(string resource, int items, TimeSpan took);

    void WatchEnded(string resource, int events, TimeSpan lasted);
}
