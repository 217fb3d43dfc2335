using k8s.Models;

namespace GemmaOperator.Runtime.Leadership;

/// <summary>
/// Decides what one candidate may do with a lease. Pure: told what was observed and when, on this process's monotonic
/// clock. The times inside the lease are for people; clocks of different machines are never compared.
/// </summary>
internal sealed class LeaseState(string identity, TimeSpan duration)
{
    private string? _observedVersion;
    private TimeSpan _observedAt;
    private TimeSpan _heldFor;
    private string? _holder;

    /// <param name="lease">As read; null when it doesn't exist.</param>
    /// <param name="now">Monotonic.</param>
    public LeaseMove Next(V1Lease? lease, TimeSpan now)
    {
        if (lease is null)
        {
            // Somebody deleted it. Its last holder may not know yet, and works until it asks.
            return IsHeld(now) ? LeaseMove.Wait : LeaseMove.Create;
        }

        if (lease.Metadata.ResourceVersion != _observedVersion)
        {
            (_observedVersion, _observedAt) = (lease.Metadata.ResourceVersion, now);
            _heldFor = lease.Spec?.LeaseDurationSeconds is { } seconds and > 0
                ? TimeSpan.FromSeconds(seconds)
                : duration;
        }

        _holder = lease.Spec?.HolderIdentity;
        return _holder == identity ? LeaseMove.Renew
            : IsHeld(now) ? LeaseMove.Wait
            : LeaseMove.Take;
    }

    private bool IsHeld(TimeSpan now) =>
        _holder is { Length: > 0 } && _holder != identity && now - _observedAt < _heldFor;
}
