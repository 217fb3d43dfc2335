using System.Collections.Concurrent;
using GemmaOperator.Registry.Answers;

namespace GemmaOperator.Registry.Client;

/// <summary>
/// Lets few questions to one registry wait at a time, so that a silent one holds few workers. Who finds no turn soon is
/// sent away; while nothing has been heard of the registry since, the next is sent away at once. One that answers gets
/// more questions at once, one more with each answer.
/// </summary>
internal sealed class RegistryTurns(TimeProvider time)
{
    /// <summary>Bounds how many questions are under way to a registry of which nothing good is known.</summary>
    public const int AtOnce = 2;

    /// <summary>Bounds the same for one that answers: when it falls silent, it holds so many workers once.</summary>
    public const int AtOnceWhenWell = 4;

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
        var registry = _registries.GetOrAdd(host, name => new Host(name));
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
            if (registry.IsIdle && registry.SilentUntil <= time.GetUtcNow())
            {
                _registries.TryRemove(KeyValuePair.Create(host, registry));
            }
        }
    }

    /// <summary>Represents a question under way.</summary>
    internal sealed class Turn(Host registry, TimeProvider time) : IDisposable
    {
        /// <summary>Says that the registry answered, whatever it said.</summary>
        public void Answered()
        {
            (registry.IsDoubtful, registry.SilentUntil) = (false, default);
            registry.Widen();
        }

        /// <summary>Says that nothing came.</summary>
        public void Silent()
        {
            (registry.IsDoubtful, registry.SilentUntil) = (false, time.GetUtcNow() + SilentFor);
            registry.Narrow();
        }

        /// <summary>Says what came of the question; another registry's silence is no answer of this one.</summary>
        public void Heard(RegistryException e)
        {
            if (e.SilentHost == registry.Name)
            {
                Silent();
            }
            else if (!e.IsSilence)
            {
                Answered();
            }
        }

        public void Dispose() => registry.Leave();
    }

    /// <summary>Holds what is known of one registry.</summary>
    internal sealed class Host(string name)
    {
        private readonly Lock _gate = new();
        private int _room = AtOnce;
        private int _surplus;

        public string Name => name;

        public SemaphoreSlim Free { get; } = new(AtOnce, AtOnceWhenWell);

        /// <summary>Gets or sets whether somebody found no turn, and nothing was heard since.</summary>
        public bool IsDoubtful { get; set; }

        public DateTimeOffset SilentUntil { get; set; }

        public bool IsIdle
        {
            get
            {
                lock (_gate)
                {
                    return Free.CurrentCount + _surplus >= _room;
                }
            }
        }

        public void Widen()
        {
            lock (_gate)
            {
                if (_room >= AtOnceWhenWell)
                {
                    return;
                }

                _room++;
                if (_surplus > 0)
                {
                    _surplus--;
                }
                else
                {
                    Free.Release();
                }
            }
        }

        /// <summary>Takes the room back that good answers have made; what is under way ends first.</summary>
        public void Narrow()
        {
            lock (_gate)
            {
                for (; _room > AtOnce; _room--)
                {
                    if (!Free.Wait(0))
                    {
                        _surplus++;
                    }
                }
            }
        }

        public void Leave()
        {
            lock (_gate)
            {
                if (_surplus > 0)
                {
                    _surplus--;
                }
                else
                {
                    Free.Release();
                }
            }
        }
    }
}
