using GemmaOperator.Runtime.Contracts;

namespace GemmaOperator.Runtime.Client;

/// <summary>
/// Stands before every write, so that a process that was paused beyond its lease can't write when it wakes.
/// </summary>
internal interface IWriteFence
{
    /// <exception cref="LeadershipLostException">This process may not write (any more).</exception>
    void EnsureOpen();
}
