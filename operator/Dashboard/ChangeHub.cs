using System.Threading.Channels;
using GemmaOperator.Runtime.Contracts;

namespace GemmaOperator.Dashboard;

/// <summary>Passes on that an object, or what belongs to it, has changed. Nobody is waited for.</summary>
internal sealed class ChangeHub
{
    private readonly Lock _gate = new();
    private readonly List<Follower> _followers = [];

    /// <summary>Tells all whom it concerns; cheap where nobody looks.</summary>
    public void Tell(ObjectKey image)
    {
        lock (_gate)
        {
            foreach (var follower in _followers)
            {
                follower.Tell(image);
            }
        }
    }

    /// <summary>Follows changes until it is disposed of.</summary>
    /// <param name="concerns">Which ones.</param>
    public Follower Follow(Func<ObjectKey, bool> concerns)
    {
        var follower = new Follower(this, concerns);
        lock (_gate)
        {
            _followers.Add(follower);
        }

        return follower;
    }

    /// <summary>Remembers that there was a change; several are one.</summary>
    internal sealed class Follower(ChangeHub hub, Func<ObjectKey, bool> concerns) : IDisposable
    {
        private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
        );

        public void Tell(ObjectKey image)
        {
            if (concerns(image))
            {
                _changes.Writer.TryWrite(true);
            }
        }

        /// <summary>Completes with the next change, or with the one that came since.</summary>
        public async Task NextAsync(CancellationToken cancellationToken) =>
            await _changes.Reader.ReadAsync(cancellationToken);

        public void Dispose()
        {
            lock (hub._gate)
            {
                hub._followers.Remove(this);
            }
        }
    }
}
