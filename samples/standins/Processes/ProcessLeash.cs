using System.Collections.Concurrent;
using System.Diagnostics;

namespace StandIns.Processes;

/// <summary>Ends programs with this process, also when nobody had the time to stop them one by one.</summary>
public sealed class ProcessLeash : IDisposable
{
    private readonly ConcurrentDictionary<Process, byte> _held = [];

    /// <summary>Begins to watch for the end of this process.</summary>
    public ProcessLeash() => AppDomain.CurrentDomain.ProcessExit += OnExit;

    /// <summary>Takes a program that was started.</summary>
    public void Hold(Process process) => _held[process] = 0;

    /// <summary>Leaves a program to its owner again.</summary>
    public void Release(Process process) => _held.TryRemove(process, out _);

    /// <inheritdoc/>
    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        EndAll();
    }

    private void OnExit(object? sender, EventArgs e) => EndAll();

    private void EndAll()
    {
        foreach (var process in _held.Keys)
        {
            try
            {
                process.Kill(entireProcessTree: true);
            }
            catch (InvalidOperationException)
            {
                // It has ended.
            }
        }
    }
}
