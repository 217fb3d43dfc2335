using System.Net;

namespace GemmaOperator.Dashboard.Access;

/// <summary>
/// Gives turns to ask the API server whose a token is: so many at once, and in between the addresses that ask have one
/// each in turn, so that whoever floods from one waits for themselves. Who comes from an address of its own is put
/// before what an address has too much of.
/// </summary>
internal sealed class ReviewTurns(TimeProvider time)
{
    /// <summary>Bounds how many questions are open at once: anybody who reaches the port can ask one.</summary>
    public const int MostOpen = 16;

    /// <summary>Bounds how many of one address wait.</summary>
    public const int MostOfOne = 32;

    /// <summary>Bounds how many wait at all.</summary>
    public const int MostWaiting = 512;

    /// <summary>Bounds how long one waits: a browser's reader wouldn't longer.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedList<TaskCompletionSource<bool>>> _waiting = new(StringComparer.Ordinal);
    private readonly Queue<string> _round = new();
    private int _count;
    private int _open;

    /// <summary>Names where a request comes from: an address, or the network of a host that has many (IPv6).</summary>
    public static string PlaceOf(IPAddress? address)
    {
        if (address is null)
        {
            return "";
        }

        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        var bytes = plain.GetAddressBytes();
        return Convert.ToHexString(bytes.AsSpan(0, bytes.Length == 16 ? 8 : bytes.Length));
    }

    /// <summary>
    /// Waits for a turn, which <see cref="Leave"/> gives back; returns false when too many wait, or none came in time.
    /// </summary>
    public async Task<bool> TakeAsync(string place, CancellationToken cancellationToken)
    {
        var turn = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        LinkedListNode<TaskCompletionSource<bool>> node;
        lock (_gate)
        {
            if (_open < MostOpen)
            {
                _open++;
                return true;
            }

            _waiting.TryGetValue(place, out var own);
            var count = own?.Count ?? 0;
            if (count >= MostOfOne || (_count >= MostWaiting && !GivesWay(count)))
            {
                return false;
            }

            if (own is null)
            {
                own = _waiting[place] = [];
                _round.Enqueue(place);
            }

            node = own.AddLast(turn);
            _count++;
        }

        try
        {
            return await turn.Task.WaitAsync(Patience, time, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            if (!GiveUp(node))
            {
                // It came at the same time.
                if (await turn.Task)
                {
                    Leave();
                }
            }

            cancellationToken.ThrowIfCancellationRequested();
            return false;
        }
    }

    /// <summary>Gives the turn to who waits: to the next address, whoever of it came first.</summary>
    public void Leave()
    {
        lock (_gate)
        {
            while (_round.TryDequeue(out var place))
            {
                var own = _waiting[place];
                if (own.First is not { } next)
                {
                    _waiting.Remove(place);
                    continue;
                }

                own.RemoveFirst();
                _count--;
                _round.Enqueue(place);
                next.Value.SetResult(true);
                return;
            }

            _open--;
        }
    }

    /// <summary>Sends away the last of the address that has most, where that is more than this one has.</summary>
    private bool GivesWay(int own)
    {
        var most = _waiting.Values.MaxBy(w => w.Count)!;
        if (most.Count <= own + 1)
        {
            return false;
        }

        var last = most.Last!;
        most.RemoveLast();
        _count--;
        last.Value.SetResult(false);
        return true;
    }

    /// <summary>Takes one that waits out; returns false when it doesn't wait any more.</summary>
    private bool GiveUp(LinkedListNode<TaskCompletionSource<bool>> node)
    {
        lock (_gate)
        {
            if (node.List is not { } list)
            {
                return false;
            }

            list.Remove(node);
            _count--;
            return true;
        }
    }
}
