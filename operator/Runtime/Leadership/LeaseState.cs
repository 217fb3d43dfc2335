using k8s.Models;

namespace GemmaOperator.Runtime.Leadership;

/// <summary>
/// What one candidate may do with a lease. Pure: told what was observed and when, on this process's monotonic clock.
/// The times inside the lease are for people; clocks of different machines are never compared.
/// </summary>
internal sealed class LeaseState(string identity, TimeSpan duration)
{
    private string? _observedVersion;
    private TimeSpan _observedAt;
    private TimeSpan _heldFor;

    /// <param name="lease">As read; null when it doesn't exist.</param>
    /// <param name="now">Monotonic.</param>
    public LeaseMove Next(V1Lease? lease, TimeSpan now)
    {
        if (lease is null)
        {
            return LeaseMove.Create;
        }

        if (lease.Metadata.ResourceVersion != _observedVersion)
        {
            (_observedVersion, _observedAt) = (lease.Metadata.ResourceVersion, now);
            _heldFor = lease.Spec?.LeaseDurationSeconds is { } seconds and > 0 ? TimeSpan.FromSeconds(seconds) : duration;
        }

        return lease.Spec?.HolderIdentity switch
        {
            null or "" => LeaseMove.Take,
            var holder when holder == identity => LeaseMove.Renew,
            _ when now - _observedAt >= _heldFor => LeaseMove.Take,
            _ => LeaseMove.Wait,
        };
    }
}
