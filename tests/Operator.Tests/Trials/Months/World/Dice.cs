using System.Security.Cryptography;
using System.Text;

namespace Operator.Tests.Trials.Months.World;

/// <summary>
/// Decides what happens by chance: by seed, by what it happens to, and by how often that was asked before, so that
/// requests that run beside each other are dealt with alike in every run.
/// </summary>
internal sealed class Dice(int seed)
{
    private readonly Dictionary<string, int> _asked = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <summary>Returns a source of its own for one question.</summary>
    public Random For(string what)
    {
        int turn;
        lock (_gate)
        {
            _asked[what] = turn = _asked.GetValueOrDefault(what) + 1;
        }

        return new Random(BitConverter.ToInt32(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed} {turn} {what}"))));
    }
}
