namespace GemmaOperator.Cluster;

/// <summary>Tells one write of a status from those of others. Thread-safe: the watch and the answer race.</summary>
internal sealed class StatusWrite
{
    private readonly Lock _gate = new();
    private string? _version;
    private string? _seen;

    /// <summary>Returns whether a version that the watch tells of is this write's, as far as is known.</summary>
    public bool IsOf(string version)
    {
        lock (_gate)
        {
            if (_version is null)
            {
                _seen = version;
                return true;
            }

            return _version == version;
        }
    }

    /// <summary>Takes the resourceVersion that it led to; returns true when another one was taken for it.</summary>
    public bool Answer(string version)
    {
        lock (_gate)
        {
            _version = version;
            return _seen is not null && _seen != version;
        }
    }
}
