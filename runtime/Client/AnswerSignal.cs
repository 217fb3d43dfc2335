namespace GemmaOperator.Runtime.Client;

/// <summary>
/// Tells those who pause because the API server doesn't answer that it does again: whoever is answered first after an
/// outage ends the pauses of all. Passes on what it hears.
/// </summary>
internal sealed class AnswerSignal(ITransportObserver? inner, TimeProvider time) : ITransportObserver
{
    /// <summary>
    /// Says how long nothing may have been answered before that counts as an outage: one watch that breaks while others
    /// are answered is no sign of one, and mustn't be tried anew with each of their answers.
    /// </summary>
    public static readonly TimeSpan OutageAfter = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private TaskCompletionSource _next = Fresh();
    private long _answeredAt = time.GetTimestamp();
    private bool _isFailing;

    /// <summary>Gets a task that completes with the first answer after an outage.</summary>
    public Task Next
    {
        get
        {
            lock (_gate)
            {
                return _next.Task;
            }
        }
    }

    public void Sent(string verb, string method, Uri host, int? code, TimeSpan took)
    {
        inner?.Sent(verb, method, host, code, took);
        lock (_gate)
        {
            if (code is null or >= 500)
            {
                _isFailing = true;
                return;
            }

            if (_isFailing && time.GetElapsedTime(_answeredAt) >= OutageAfter)
            {
                _next.SetResult();
                _next = Fresh();
            }

            (_isFailing, _answeredAt) = (false, time.GetTimestamp());
        }
    }

    private static TaskCompletionSource Fresh() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
