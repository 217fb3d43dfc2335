using Microsoft.AspNetCore.Http;

namespace Operator.Tests.Runtime.Faults;

/// <summary>
/// Lets a process die at one of its writes, counted from 1, events left out: that write arrives, its answer doesn't,
/// and nothing after it does.
/// </summary>
internal sealed class DeathAtWrite(int number)
{
    private int _writes;

    /// <summary>Gets whether it came to that write.</summary>
    public bool HasCome => Volatile.Read(ref _writes) >= number;

    public Fault Plan(HttpRequest request)
    {
        if (!FaultProxy.IsWrite(request) || request.Path.Value!.Contains("/events", StringComparison.Ordinal))
        {
            return HasCome ? Fault.Refused : Fault.None;
        }

        var write = Interlocked.Increment(ref _writes);
        return write < number ? Fault.None
            : write == number ? new Fault { CutAfterBytes = 0 }
            : Fault.Refused;
    }
}
