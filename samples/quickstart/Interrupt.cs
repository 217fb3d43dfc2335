using System.Runtime.InteropServices;

namespace Quickstart;

/// <summary>
/// Ends the demo on Ctrl-C and on SIGTERM, in the same words and with the same exit code whenever it comes: it gets
/// some time to stop, and ends without more of it at the second signal.
/// </summary>
internal sealed class Interrupt : IDisposable
{
    /// <summary>A shell adds the signal's number to it.</summary>
    private const int SignalBase = 128;

    private const int Interrupted = 2;
    private const int Terminated = 15;

    /// <summary>Is far more than it takes.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _hurry = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration[] _signals;
    private int _code;

    /// <summary>Takes the signals from now on.</summary>
    public Interrupt() =>
        _signals = [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, c => Take(c, SignalBase + Interrupted)),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, c => Take(c, SignalBase + Terminated)),
        ];

    /// <summary>Gets what is cancelled by the first signal.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>
    /// Waits for the demo's end; returns its exit code, or the signal's, and says so, when one came: what fails while
    /// everything is being stopped is nobody's concern.
    /// </summary>
    /// <param name="run">The demo.</param>
    /// <param name="sayStopped">Says that it was stopped.</param>
    public async Task<int> EndAsync(Task<int> run, Action sayStopped)
    {
        await Task.WhenAny(run, _hurry.Task);
        if (Volatile.Read(ref _code) is not 0 and var code)
        {
            sayStopped();
            return code;
        }

        return await run;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var signal in _signals)
        {
            signal.Dispose();
        }

        _stop.Dispose();
    }

    private void Take(PosixSignalContext context, int code)
    {
        context.Cancel = true;
        if (Interlocked.CompareExchange(ref _code, code, 0) != 0)
        {
            _hurry.TrySetResult();
            return;
        }

        _ = Task.Delay(Patience, TimeProvider.System)
            .ContinueWith(
                _ => _hurry.TrySetResult(),
                CancellationToken.None,
                TaskContinuationOptions.None,
                TaskScheduler.Default
            );
        _ = _stop.CancelAsync();
    }
}
