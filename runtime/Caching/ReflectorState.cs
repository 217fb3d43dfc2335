using GemmaOperator.Runtime.Client;
using GemmaOperator.Runtime.Contracts;
using GemmaOperator.Runtime.Queueing;

namespace GemmaOperator.Runtime.Caching;

/// <summary>Counts how a reflector's list and watches have fared: when to try again, and what to tell people.</summary>
internal sealed class ReflectorState(TimeProvider time)
{
    private readonly Lock _gate = new();
    private int _failures;
    private int _silences;

    /// <summary>Counts how often in a row the server called a version expired.</summary>
    private int _expired;

    /// <summary>
    /// Remembers that the last failure was of the server, away or broken: its first good answer begins anew.
    /// </summary>
    private bool _wasAway;
    private long? _failingSince;
    private long? _failedBefore;
    private string? _lastError;

    /// <summary>
    /// Remembers a refusal: waiting won't help, and whoever rolls out a release must not take it for ready.
    /// </summary>
    private bool _isForbidden;

    public ReflectorHealth Health(string resource, bool hasSynced, TimeSpan stuckAfter)
    {
        lock (_gate)
        {
            var failingFor = _failingSince is { } since ? time.GetElapsedTime(since) : (TimeSpan?)null;
            return new(resource, hasSynced, failingFor, failingFor > stuckAfter || _isForbidden, _lastError)
            {
                IsForbidden = _isForbidden,
            };
        }
    }

    /// <summary>
    /// Notes that the server agreed to a watch: nothing is wrong any more, but it may still break at once.
    /// </summary>
    public void Opened()
    {
        lock (_gate)
        {
            _failedBefore = _failingSince;
            (_failingSince, _lastError, _isForbidden) = (null, null, false);
        }
    }

    /// <summary>Notes that a watch brought something, or held for a while: the next failure is a new one.</summary>
    public void Works(bool broughtSomething)
    {
        lock (_gate)
        {
            (_failures, _expired) = (0, 0);
            _failedBefore = null;
            _silences = broughtSomething ? 0 : _silences;
        }
    }

    /// <summary>Notes a failure, and says how long to wait.</summary>
    public TimeSpan Failed(KubeApiException e, string told)
    {
        lock (_gate)
        {
            // A watch that is granted and at once ended again brings nothing: the failure before it goes on.
            _failingSince ??= (e.Reason == KubeErrors.ClosedReason ? _failedBefore : null) ?? time.GetTimestamp();
            (_lastError, _isForbidden) = (told, e.IsForbidden);
            if (_wasAway && !e.IsTransient)
            {
                // The outage is over, and its long pauses with it.
                _failures = Math.Min(_failures, 1);
            }

            _wasAway = e.IsTransient;
            return Backoff.Connection.Delay(_failures++, Random.Shared.NextDouble());
        }
    }

    /// <summary>
    /// Returns true when no pause is due: silence and the first "expired" belong to the normal life of a watch; a
    /// server that calls every version expired must not be listed in a tight loop.
    /// </summary>
    public bool MayGoOnAtOnce(KubeApiException e)
    {
        if (e.Reason == KubeErrors.IdleReason)
        {
            return true;
        }

        lock (_gate)
        {
            return e.IsExpired && _expired++ == 0;
        }
    }

    /// <summary>
    /// Notes a silent connection and returns true from the second on. One may be half-open; when the next one brings
    /// nothing either, something on the way keeps what the server sends: then lists have to do.
    /// </summary>
    public bool FellSilentAgain()
    {
        lock (_gate)
        {
            return ++_silences > 1;
        }
    }
}
