using GemmaOperator.Runtime.Contracts;
using GemmaOperator.Runtime.Queueing;
using Microsoft.Extensions.Logging;

namespace GemmaOperator.Runtime.Control;

/// <summary>
/// Decides when a key comes back after an attempt:
/// <code>
///   success                          on a change or the resync; after the time it asked for
///   success that asks for more       at once, like a change; with backoff after too many in a row
///   failure that says when           then
///   any other failure                after its backoff, in the bucket of all retries
///   interrupted                      at once; after a second while the lease is being lost
/// </code>
/// </summary>
/// <param name="name">The controller's, for the log.</param>
/// <param name="queue">Where keys go.</param>
/// <param name="passesInARow">See <see cref="ControllerOptions.PassesInARow"/>.</param>
/// <param name="logger">The controller's.</param>
internal sealed partial class Requeuer(string name, WorkQueue<ObjectKey> queue, int passesInARow, ILogger logger)
{
    /// <summary>Puts the key back, or lets it go, as the attempt ended; failures are told in one line each.</summary>
    public void Requeue(ObjectKey key, Attempt attempt, TimeSpan took)
    {
        switch (attempt.Outcome)
        {
            case AttemptOutcome.Success:
                Continue(key, attempt);
                break;

            case AttemptOutcome.Interrupted when attempt.Error is LeadershipLostException:
                // The term will be ended in a moment; until then trying again can only fail the same way.
                queue.AddAfter(key, TimeSpan.FromSeconds(1), Lane.Change);
                break;

            case AttemptOutcome.Interrupted:
                queue.Add(key, Lane.Change);
                break;

            case AttemptOutcome.Failure when attempt.RequeueAfter is { } after && after > TimeSpan.Zero:
                queue.AddAfter(key, after, Lane.Change);
                Log.FailedFor(logger, Trace(attempt), name, key, Reason(attempt), took, after);
                break;

            case AttemptOutcome.Failure when attempt.Error is KubeApiException { IsConflict: true }:
                var pause = queue.AddRateLimited(key);
                Log.Conflict(logger, name, key, pause);
                break;

            default:
                var delay = queue.AddRateLimited(key);
                var failures = queue.Failures(key);
                Log.Failed(logger, Trace(attempt), name, key, Reason(attempt), took, delay, failures);
                break;
        }
    }

    private void Continue(ObjectKey key, Attempt attempt)
    {
        if (attempt.AsksForMore)
        {
            if (queue.AddAgain(key, passesInARow) is { } slowed)
            {
                Log.Endless(logger, name, key, slowed.Passes, slowed.Delay);
            }

            return;
        }

        queue.Forget(key);
        if (attempt.RequeueAfter is { } later)
        {
            queue.AddAfter(key, later, Lane.Change);
        }
    }

    /// <summary>
    /// Gets the exception of a surprise: where one came from only its stack tells, while the message says all of a
    /// failure that was foreseen.
    /// </summary>
    private static Exception? Trace(Attempt attempt) => attempt.Outcome == AttemptOutcome.Panic ? attempt.Error : null;

    /// <summary>
    /// Cuts the full stop off: messages come with one and without, the log's sentence brings its own.
    /// </summary>
    private static string? Reason(Attempt attempt) => attempt.Message?.TrimEnd('.', ' ');

    private static partial class Log
    {
        [LoggerMessage(
            EventId = 300,
            Level = LogLevel.Warning,
            Message = "{Controller} {Key} failed after {Took}: {Reason}. Attempt {Attempts}, again in {Delay}."
        )]
        public static partial void Failed(
            ILogger logger,
            Exception? e,
            string controller,
            ObjectKey key,
            string? reason,
            TimeSpan took,
            TimeSpan delay,
            int attempts
        );

        [LoggerMessage(
            EventId = 303,
            Level = LogLevel.Warning,
            Message = "{Controller} {Key} failed after {Took}: {Reason}. Again in {Delay}, as asked for."
        )]
        public static partial void FailedFor(
            ILogger logger,
            Exception? e,
            string controller,
            ObjectKey key,
            string? reason,
            TimeSpan took,
            TimeSpan delay
        );

        [LoggerMessage(
            EventId = 301,
            Level = LogLevel.Debug,
            Message = "{Controller} {Key} met a newer version of an object; reading again in {Delay}."
        )]
        public static partial void Conflict(ILogger logger, string controller, ObjectKey key, TimeSpan delay);

        [LoggerMessage(
            EventId = 302,
            Level = LogLevel.Warning,
            Message = "{Controller} {Key} asked for another pass {Passes} times in a row; the next is in {Delay}."
        )]
        public static partial void Endless(
            ILogger logger,
            string controller,
            ObjectKey key,
            int passes,
            TimeSpan delay
        );
    }
}
