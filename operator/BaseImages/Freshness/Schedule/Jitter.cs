using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace GemmaOperator.BaseImages.Freshness.Schedule;

/// <summary>
/// Computes by how much every scheduled run of an object is delayed. The delay stays the same for one object and is
/// spread evenly over many, so that a fleet with one schedule doesn't ask for all its builds within one second.
/// </summary>
internal static class Jitter
{
    /// <summary>Returns a delay between zero and the bound, both included, in whole seconds.</summary>
    /// <param name="uid">Uid of the object.</param>
    /// <param name="maxSeconds">Bound in seconds; zero or less means none.</param>
    public static TimeSpan Of(string uid, int maxSeconds)
    {
        if (maxSeconds <= 0)
        {
            return TimeSpan.Zero;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(uid), hash);
        // 64 bits modulo at most 3,601: the bias is below 2^-52.
        return TimeSpan.FromSeconds((long)(BinaryPrimitives.ReadUInt64BigEndian(hash) % ((ulong)maxSeconds + 1)));
    }
}
