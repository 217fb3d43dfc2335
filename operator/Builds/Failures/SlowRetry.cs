using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace GemmaOperator.Builds.Failures;

/// <summary>
/// Gives the pause before what has failed is tried again though nothing is seen to have changed: 5 minutes, doubled by
/// each failure, at most half an hour for what may pass by itself and an hour for what somebody must mend. It is up to
/// a quarter shorter, by an amount that is the same for one object and failure and differs between objects, so that a
/// fleet that lost its registry doesn't come back within one second.
/// </summary>
internal static class SlowRetry
{
    private const double FirstMinutes = 5;

    private const double LongestMinutes = 60;

    private const double LongestOfOutage = 30;

    private const double Spread = 0.25;

    /// <param name="failures">Failures in a row before this one.</param>
    /// <param name="uid">Uid of the object.</param>
    /// <param name="isByItself">Whether the cause may pass by itself.</param>
    public static TimeSpan After(int failures, string uid, bool isByItself)
    {
        var longest = isByItself ? LongestOfOutage : LongestMinutes;
        var plain = Math.Min(FirstMinutes * Math.Pow(2, Math.Clamp(failures, 0, 10)), longest);
        return TimeSpan.FromSeconds(Math.Floor(60 * plain * (1 - (Spread * Fraction(uid, failures)))));
    }

    /// <summary>Returns a number in [0, 1), evenly spread over objects.</summary>
    public static double Fraction(string uid, int salt)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{uid} {salt}"), hash);
        return BinaryPrimitives.ReadUInt32BigEndian(hash) / (uint.MaxValue + 1.0);
    }
}
