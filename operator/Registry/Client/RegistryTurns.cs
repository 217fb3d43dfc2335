using System.Collections.Concurrent;

namespace GemmaOperator.Registry.Client;

/// <summary>
/// Lets few questions to one registry wait at a time, so that a silent one holds few workers. Who finds no turn soon is
/// sent away; while nothing has been heard of the registry since, the next is sent away at once.
/// </summary>
internal sealed class RegistryTurns(TimeProvider time)
{
    /// <summary>Bounds how many questions to one registry are under way.</summary>
    public const int AtOnce = 2;

    /// <summary>Who is in good health answers many times within it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>A registry that was silent for a whole question is left alone for so long.</summary>
    public static readonly TimeSpan SilentFor = TimeSpan.FromSeconds(20);

    /// <summary>From here on registries of which nothing is to be remembered are looked for and dropped.</summary>
    private const int Many = 256;

    private readonly ConcurrentDictionary<string, Host> _registries = new(StringComparer.Ordinal);

    /// <summary>Returns a turn; null when there is none to be had, or the registry was silent just now.</summary>
    public async Task<Turn?> TakeAsync(string host)
    {
        DropOutdated();
        var registry = _registries.GetOrAdd(host, _ => new Host());
        if (registry.SilentUntil > time.GetUtcNow())
        {
            return null;
        }

        var patience = registry is { IsDoubtful: true, Free.CurrentCount: 0 } ? TimeSpan.Zero : Patience;
        using var enough = new CancellationTokenSource(patience, time);
        try
        {
            await registry.Free.WaitAsync(enough.Token);
            return new Turn(registry, time);
        }
        catch (OperationCanceledException)
        {
            registry.IsDoubtful = true;
            return null;
        }
    }

    private void DropOutdated()
    {
        if (_registries.Count < Many)
        {
            return;
        }

        foreach (var (host, registry) in _registries)
        {
            if (registry.Free.CurrentCount == AtOnce && registry.SilentUntil <= time.GetUtcNow())
            {
                _registries.TryRemove(KeyValuePair.Create(host, registry));
            }
        }
    }

    /// <summary>Represents a question under way.</summary>
    internal sealed class Turn(Host registry, TimeProvider time) : IDisposable
    {
        /// <summary>Says that the registry answered, whatever it said.</summary>
        public void Answered() => (registry.IsDoubtful, registry.SilentUntil) = (false, default);

        /// <summary>Says that nothing came.</summary>
        public void Silent() => (registry.IsDoubtful, registry.SilentUntil) = (false, time.GetUtcNow() + SilentFor);

        public void Dispose() => registry.Free.Release();
    }

    /// <summary>Holds what is known of one registry.</summary>
    internal sealed class Host
    {
        public SemaphoreSlim Free { get; } = new(AtOnce, AtOnce);

        /// <summary>Gets or sets whether somebody found no turn, and nothing was heard since.</summary>
        public bool IsDoubtful { get; set; }

        public DateTimeOffset SilentUntil { get; set; }
    }
}
