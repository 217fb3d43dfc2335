using System.Net;
using GemmaOperator.Runtime.Client;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;

namespace GemmaOperator.Runtime.Caching;

/// <summary>
/// Keeps a cache equal to the API server: lists in pages, watches from there, resumes where a watch broke off, and
/// lists again when the server no longer knows that place. Never gives up.
/// <code>
///   list ──► watch ──(ended, cut, idle: resume from the last version)──► watch …
///    ▲         │
///    ╰─────────╯ 410, 504, or a refusal: the difference to the cache yields what was missed, deletes included
/// </code>
/// </summary>
internal sealed partial class Reflector<T>(
    IKubeApi api,
    KubeWatch<T> watch,
    ObjectCache<T> cache,
    Action<IReadOnlyList<CacheChange<T>>> publish,
    Action<Unreadable> tell,
    ReflectorOptions options,
    IReflectorObserver? observer,
    AnswerSignal? answers,
    TimeProvider time,
    ILogger logger
)
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(1);

    private readonly KubeResource _resource = KubeResource.Of<T>();
    private readonly ReflectorState _state = new(time);
    private readonly PagedList<T> _pages = new(api, options);

    /// <summary>Gets or sets what is called, on the reflector's thread, when it may stand better or worse.</summary>
    public Action Turned { get; set; } = () => { };

    /// <summary>Gets the namespace that it mirrors; null: all.</summary>
    public string? Namespace => options.Namespace;

    public ReflectorHealth Health =>
        _state.Health(_resource.QualifiedName, cache.HasListed(options.Namespace), options.StuckAfter) with
        {
            Namespace = options.Namespace,
        };

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        string? from = null;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                from ??= await ListAsync(cancellationToken);
                from = await WatchAsync(from, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (WatchBrokenException e)
            {
                from = NeedsList(e.Cause) || IsSilentAgain(e.Cause) ? null : e.ResourceVersion;
                if (!_state.MayGoOnAtOnce(e.Cause))
                {
                    await PauseAsync(e.Cause, cancellationToken);
                }
            }
            catch (KubeApiException e)
            {
                from = null;
                await PauseAsync(e, cancellationToken);
            }
            catch (Exception e)
            {
                // A mirror that stops unseen would be worse than anything that may have happened here.
                Log.Unexpected(logger, e, _resource.QualifiedName);
                from = null;
                await PauseAsync(KubeErrors.Unexpected(watch.Request, e), cancellationToken);
            }
        }
    }

    private static bool NeedsList(KubeApiException e) =>
        e.IsExpired
        || e.IsForbidden
        || e.IsNotFound
        || e.Code is HttpStatusCode.GatewayTimeout or HttpStatusCode.BadRequest;

    private bool IsSilentAgain(KubeApiException e)
    {
        if (e.Reason != KubeErrors.IdleReason || !_state.FellSilentAgain())
        {
            return false;
        }

        Log.Silent(logger, _resource.QualifiedName);
        return true;
    }

    private async Task<string> ListAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var (items, unreadable, version) = await _pages.ReadAsync(cancellationToken);
        observer?.Listed(_resource.QualifiedName, items.Count, time.GetElapsedTime(started));
        var isFirst = !cache.HasListed(options.Namespace);
        var changes = cache.Replace(items, version, unreadable, options.Namespace);
        unreadable.ForEach(Tell);
        observer?.Unreadable(_resource.QualifiedName, unreadable.Count);
        Log.Listed(logger, _resource.QualifiedName, items.Count, isFirst ? 0 : changes.Count, version);
        publish(changes);
        Turned();
        return version;
    }

    /// <summary>Returns where to go on after the server ended the watch as announced.</summary>
    private async Task<string> WatchAsync(string from, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var events = 0;
        try
        {
            await foreach (var next in watch.RunAsync(from, Opened, cancellationToken))
            {
                if (next.Type == WatchEventType.Error)
                {
                    throw KubeErrors.Of(watch.Request, next.Error ?? new V1Status { Reason = "Unknown" });
                }

                _state.Works(broughtSomething: true);
                if (next.ResourceVersion is { } version && !ResourceVersions.IsOlder(version, from))
                {
                    from = version;
                }

                events++;
                var before = cache.UnreadableCount;
                publish(cache.Apply(next, options.Namespace));
                if (next is { Type: not WatchEventType.Deleted, Unreadable: { } bad })
                {
                    Tell(bad);
                }

                if (cache.UnreadableCount is var after && after != before)
                {
                    observer?.Unreadable(_resource.QualifiedName, after);
                }
            }
        }
        catch (KubeApiException e)
        {
            throw new WatchBrokenException(e, from);
        }
        finally
        {
            var lasted = time.GetElapsedTime(started);
            observer?.WatchEnded(_resource.QualifiedName, events, lasted);
            if (lasted >= LongEnough)
            {
                _state.Works(broughtSomething: false);
            }
        }

        if (events == 0 && time.GetElapsedTime(started) < LongEnough)
        {
            // A proxy that closes watches at once must not be asked in a tight loop.
            throw new WatchBrokenException(KubeErrors.Closed(watch.Request), from);
        }

        return from;
    }

    private void Opened()
    {
        _state.Opened();
        Turned();
    }

    private async Task PauseAsync(KubeApiException e, CancellationToken cancellationToken)
    {
        var pause = _state.Failed(e, Describe(e));
        Turned();
        if (e.RetryAfter > pause)
        {
            pause = e.RetryAfter.Value;
        }

        Log.Failed(logger, Describe(e), pause);
        if (e.Code is not null || answers is null)
        {
            await Task.Delay(pause, time, cancellationToken);
            return;
        }

        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(Task.Delay(pause, time, enough.Token), answers.Next);
        await enough.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private string Describe(KubeApiException e) =>
        e switch
        {
            { IsNotFound: true } => $"The API server doesn't know {_resource.Plural} in {_resource.ApiVersion}; is its "
                + $"CRD installed? ({e.Request})",
            _ => e.Explanation,
        };

    private void Tell(Unreadable bad)
    {
        Log.Unreadable(logger, _resource.Kind, ObjectKey.Of(bad), bad.Metadata.ResourceVersion, bad.Why);
        tell(bad);
    }

    private static partial class Log
    {
        [LoggerMessage(
            EventId = 200,
            Level = LogLevel.Information,
            Message = "Listed {Count} {Resource} at version {ResourceVersion}; {Missed} had changed unseen."
        )]
        public static partial void Listed(
            ILogger logger,
            string resource,
            int count,
            int missed,
            string resourceVersion
        );

        [LoggerMessage(
            EventId = 204,
            Level = LogLevel.Warning,
            Message = "Watches of {Resource} bring nothing any more, not even bookmarks: listing instead. Does "
                + "a proxy hold answers back?"
        )]
        public static partial void Silent(ILogger logger, string resource);

        [LoggerMessage(
            EventId = 202,
            Level = LogLevel.Error,
            Message = "{Kind} {Key} at version {ResourceVersion} can't be read and is left as it was: {Why}"
        )]
        public static partial void Unreadable(
            ILogger logger,
            string kind,
            ObjectKey key,
            string resourceVersion,
            string why
        );

        [LoggerMessage(
            EventId = 203,
            Level = LogLevel.Error,
            Message = "Something unforeseen broke the list or watch of {Resource}."
        )]
        public static partial void Unexpected(ILogger logger, Exception e, string resource);

        [LoggerMessage(EventId = 201, Level = LogLevel.Warning, Message = "Trying again in {Pause}: {Error}")]
        public static partial void Failed(ILogger logger, string error, TimeSpan pause);
    }
}
