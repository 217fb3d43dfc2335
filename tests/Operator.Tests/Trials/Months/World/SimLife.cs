using GemmaOperator.Runtime.Contracts;

namespace Operator.Tests.Trials.Months.World;

/// <summary>Says whether one life of the operator goes on, still leads, or has a write on its way.</summary>
internal sealed class SimLife
{
    private TaskCompletionSource _heldUp = New();
    private TaskCompletionSource? _way;

    public bool IsDead { get; private set; }

    public bool Leads { get; private set; } = true;

    /// <summary>
    /// Gets or sets whether another process leads as well: each request of one may come between two of the other's.
    /// </summary>
    public bool IsContested { get; set; }

    /// <summary>Gets what completes when a write is held up.</summary>
    public Task HeldUp => _heldUp.Task;

    public void Die() => (IsDead, Leads) = (true, false);

    public void Depose() => Leads = false;

    /// <exception cref="LeadershipLostException">It has ended, or may not write any more.</exception>
    public void Ensure(bool isWrite)
    {
        if (IsDead || (isWrite && !Leads))
        {
            throw new LeadershipLostException("this process leads no more");
        }
    }

    /// <summary>Waits until the write that is on its way may arrive.</summary>
    public Task HoldUpAsync()
    {
        _way = New();
        _heldUp.TrySetResult();
        return _way.Task;
    }

    /// <summary>Lets the write arrive.</summary>
    public void LetGo()
    {
        _heldUp = New();
        _way?.TrySetResult();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
