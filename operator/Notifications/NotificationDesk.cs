using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Notifications;
using GemmaOperator.Runtime.Contracts;
using Microsoft.Extensions.Logging;

namespace GemmaOperator.Notifications;

/// <summary>
/// Sends what statuses hold as still to be told, beside the reconciles, which hand it in and ask what came of it, and
/// never wait. What it remembers may be lost at any time: the statuses have it, and what is sent twice has one id.
/// </summary>
/// <param name="send">Tells one receiver one thing.</param>
/// <param name="isWorking">Whether this process leads.</param>
/// <param name="time">What pauses are measured by.</param>
/// <param name="logger">Takes what nobody foresaw.</param>
/// <param name="random">Spreads pauses, 0 to 1; null: at random.</param>
internal sealed partial class NotificationDesk(
    Func<Told, CancellationToken, Task<Delivery>> send,
    Func<bool> isWorking,
    TimeProvider time,
    ILogger<NotificationDesk> logger,
    Func<double>? random = null
) : IDisposable
{
    /// <summary>Bounds what is remembered; what finds no place is handed in again.</summary>
    public const int Most = 5000;

    /// <summary>Bounds what is remembered of one namespace, so that it leaves the others a place.</summary>
    public const int MostOfOneNamespace = 1000;

    /// <summary>Bounds the requests under way.</summary>
    public const int AtOnce = 16;

    /// <summary>Bounds those of one namespace, so that its receivers that hang hold up no other's.</summary>
    public const int AtOnceOfOneNamespace = 4;

    /// <summary>How often it is looked for what is due.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Dictionary<(string Id, string Receiver), DeliveryAttempts>> _objects = new(
        StringComparer.Ordinal
    );

    /// <summary>How many are remembered of each namespace.</summary>
    private readonly Dictionary<string, int> _remembered = new(StringComparer.Ordinal);

    /// <summary>Those under way, also of what was forgotten meanwhile: a request goes on until it ends.</summary>
    private readonly HashSet<DeliveryAttempts> _running = [];

    private readonly Func<double> _random = random ?? Random.Shared.NextDouble;
    private CancellationTokenSource _term = new();
    private ITimer? _timer;
    private int _count;
    private bool _isDisposed;

    /// <summary>Gets how many requests are under way.</summary>
    public int Running
    {
        get
        {
            lock (_lock)
            {
                return _running.Count;
            }
        }
    }

    /// <summary>Returns what came of what is still to be told of an object.</summary>
    public IReadOnlyList<Delivery> ResultsOf(string uid)
    {
        lock (_lock)
        {
            return _objects.TryGetValue(uid, out var attempts)
                ? [.. attempts.Values.Select(a => a.Last).OfType<Delivery>()]
                : [];
        }
    }

    /// <summary>Takes what is still to be told of an object, and forgets what isn't any more.</summary>
    public void Offer(GemmaBaseImage image, NotificationsStatus? status)
    {
        var uid = image.Metadata.Uid;
        lock (_lock)
        {
            if (status?.Pending is not { Count: > 0 })
            {
                ForgetLocked(uid);
                return;
            }

            if (_isDisposed)
            {
                return;
            }

            // What is given up with the next look at the object isn't sent once more.
            var oldest = time.GetUtcNow() - Outbox.Patience;
            var all = Told.Of(image, status)
                .Where(t => t.What.Time > oldest.UtcDateTime)
                .DistinctBy(t => (t.What.Id, t.Receiver.Name))
                .ToDictionary(t => (t.What.Id, t.Receiver.Name));
            if (all.Count == 0)
            {
                ForgetLocked(uid);
                return;
            }

            if (!_objects.TryGetValue(uid, out var attempts))
            {
                _objects[uid] = attempts = [];
            }

            foreach (var (gone, attempt) in attempts.Where(a => !all.ContainsKey(a.Key)).ToList())
            {
                attempts.Remove(gone);
                LeaveLocked(attempt);
            }

            foreach (var (key, told) in all)
            {
                if (attempts.TryGetValue(key, out var known))
                {
                    known.Told = told;
                }
                else if (_count < Most && _remembered.GetValueOrDefault(told.Namespace) < MostOfOneNamespace)
                {
                    attempts[key] = new DeliveryAttempts(told, time.GetUtcNow());
                    _remembered[told.Namespace] = _remembered.GetValueOrDefault(told.Namespace) + 1;
                    _count++;
                }
            }

            _timer ??= time.CreateTimer(_ => Pump(), null, Step, Step);
        }

        Pump();
    }

    /// <summary>Forgets an object.</summary>
    public void Forget(string uid)
    {
        lock (_lock)
        {
            ForgetLocked(uid);
        }
    }

    /// <summary>Stops and forgets everything: another term begins, or another process leads.</summary>
    public void Reset()
    {
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            _term.Cancel();
            _term.Dispose();
            _term = new CancellationTokenSource();
            _objects.Clear();
            _remembered.Clear();
            _count = 0;
            _timer?.Dispose();
            _timer = null;
        }
    }

    public void Dispose()
    {
        Reset();
        lock (_lock)
        {
            _isDisposed = true;
            _term.Dispose();
        }
    }

    private void ForgetLocked(string uid)
    {
        if (_objects.Remove(uid, out var attempts))
        {
            foreach (var attempt in attempts.Values)
            {
                LeaveLocked(attempt);
            }
        }

        if (_count == 0)
        {
            _timer?.Dispose();
            _timer = null;
        }
    }

    private void LeaveLocked(DeliveryAttempts attempt)
    {
        _count--;
        var ns = attempt.Told.Namespace;
        if (--_remembered[ns] == 0)
        {
            _remembered.Remove(ns);
        }
    }

    /// <summary>Starts what is due, one at a time for each receiver of an object, in the order of events.</summary>
    private void Pump()
    {
        if (!isWorking())
        {
            Reset();
            return;
        }

        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            var now = time.GetUtcNow();
            var left = AtOnce - _running.Count;
            var ofNamespace = _running
                .CountBy(a => a.Told.Namespace, StringComparer.Ordinal)
                .ToDictionary(StringComparer.Ordinal);
            var next = _objects
                .Values.SelectMany(o =>
                    o.Values.Where(a => a.IsOpen)
                        .GroupBy(a => a.Told.Receiver.Name, StringComparer.Ordinal)
                        .Select(g => g.MinBy(a => a.Told.What.Time)!)
                )
                .Where(a => !_running.Contains(a) && a.DueAt <= now)
                .OrderBy(a => a.DueAt)
                .ToList();
            foreach (var attempt in next.TakeWhile(_ => left > 0))
            {
                var ns = attempt.Told.Namespace;
                var others = ofNamespace.GetValueOrDefault(ns);
                if (others >= AtOnceOfOneNamespace)
                {
                    continue;
                }

                ofNamespace[ns] = others + 1;
                left--;
                _running.Add(attempt);
                _ = RunAsync(attempt, attempt.Told, _term.Token);
            }
        }
    }

    private async Task RunAsync(DeliveryAttempts attempt, Told told, CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        Delivery? came = null;
        try
        {
            came = await send(told, cancellationToken);
        }
        catch (Exception e) when (e is OperationCanceledException or LeadershipLostException)
        {
            // Whoever leads next sends it.
        }
        catch (Exception e)
        {
            Log.Threw(logger, e, told.Namespace, told.Name, told.Receiver.Name);
        }

        lock (_lock)
        {
            _running.Remove(attempt);
            attempt.End(came, time.GetUtcNow(), _random());
        }

        if (!cancellationToken.IsCancellationRequested)
        {
            Pump();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            EventId = 750,
            Level = LogLevel.Error,
            Message = "{Namespace}/{Name}: receiver {Receiver} couldn't be told, for a reason that nobody foresaw."
        )]
        public static partial void Threw(
            ILogger logger,
            Exception error,
            string nameSpace,
            string name,
            string receiver
        );
    }
}
