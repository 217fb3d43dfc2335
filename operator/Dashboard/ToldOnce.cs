namespace GemmaOperator.Dashboard;

/// <summary>Tells each thing once: a page that is open asks again and again.</summary>
internal sealed class ToldOnce(Action<string> tell)
{
    /// <summary>Bounds what is remembered; what comes then is told again.</summary>
    private const int Most = 200;

    private readonly Lock _gate = new();
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);

    public void Tell(string text)
    {
        lock (_gate)
        {
            if (_told.Count >= Most)
            {
                _told.Clear();
            }

            if (_told.Add(text))
            {
                tell(text);
            }
        }
    }
}
