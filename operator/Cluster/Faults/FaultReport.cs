using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Notifications;
using GemmaOperator.Api.Words;
using GemmaOperator.Notifications;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;

namespace GemmaOperator.Cluster.Faults;

/// <summary>
/// Tells of a reconcile that threw, in the object's own conditions, in an event and in the log: nobody else would. The
/// next reconcile that works takes the condition back.
/// </summary>
internal sealed partial class FaultReport(
    IKubeApi api,
    StatusWriter status,
    EventPublisher events,
    TimeProvider time,
    ILogger<FaultReport> logger
)
{
    /// <param name="image">The object, with what its spec comes to.</param>
    /// <param name="error">What was thrown.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task TellAsync(GemmaBaseImage image, Exception error, CancellationToken cancellationToken) =>
        TellAsync(
            image,
            error,
            live => live.Status?.Conditions ?? [],
            (live, conditions) =>
                status.WriteAsync(
                    live,
                    (live.Status ?? new GemmaBaseImageStatus()) with
                    {
                        Conditions = conditions,
                        Notifications = Outbox.Add(
                            live.Status?.Notifications,
                            live with
                            {
                                Spec = image.Spec,
                            },
                            NewsOf(live.Status?.Conditions ?? [], conditions),
                            time.GetUtcNow().UtcDateTime
                        ),
                    },
                    cancellationToken
                ),
            cancellationToken
        );

    public Task TellAsync(GemmaBuild build, Exception error, CancellationToken cancellationToken) =>
        TellAsync(
            build,
            error,
            live => live.Status?.Conditions ?? [],
            (live, conditions) =>
                status.WriteAsync(
                    live,
                    (live.Status ?? new GemmaBuildStatus()) with
                    {
                        Conditions = conditions,
                    },
                    cancellationToken
                ),
            cancellationToken
        );

    /// <summary>
    /// Reads the object anew: the reconcile may have written a status before it threw, which must not be undone.
    /// </summary>
    private async Task TellAsync<T>(
        T entity,
        Exception error,
        Func<T, IReadOnlyList<V1Condition>> read,
        Func<T, IReadOnlyList<V1Condition>, Task> write,
        CancellationToken cancellationToken
    )
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        if (Fault.Of(error) is not { } fault)
        {
            return;
        }

        var (ns, name) = (entity.Metadata.NamespaceProperty, entity.Metadata.Name);
        var told = new EventText(true, fault.Reason, "Reconcile", fault.Message);
        if (fault.IsOfStatus)
        {
            Log.StatusRefused(logger, ns, name, fault.Message);
            events.Announce(entity, told);
            return;
        }

        if (
            await api.GetAsync<T>(ns, name, cancellationToken) is not { Metadata.DeletionTimestamp: null } live
            || live.Metadata.Uid != entity.Metadata.Uid
            || IsTold(read(live), fault)
        )
        {
            return;
        }

        if (fault.Id is { } id)
        {
            Log.Threw(logger, error, ns, name, id);
        }

        events.Announce(entity, told);
        var now = time.GetUtcNow().UtcDateTime;
        var conditions = new Conditions(read(live), live.Metadata.Generation ?? 0, now);
        conditions.True(ConditionType.Stalled, fault.Reason, fault.Message);
        conditions.Remove(ConditionType.Reconciling);
        await write(live, conditions.List);
    }

    /// <summary>Tells of each reason once, as other stalls: a message may be another one with every attempt.</summary>
    private static IEnumerable<News> NewsOf(IReadOnlyList<V1Condition> before, IReadOnlyList<V1Condition> after) =>
        after
            .Where(c => c.Type == ConditionType.Stalled)
            .Where(c => !before.Any(b => b.Type == c.Type && b.Status == c.Status && b.Reason == c.Reason))
            .Select(c => new News(NotificationEvent.Stalled, c.Reason, c.Message));

    private static bool IsTold(IReadOnlyList<V1Condition> conditions, Fault fault) =>
        conditions.Any(c => c.Type == ConditionType.Stalled && c.Reason == fault.Reason && c.Message == fault.Message);

    private static partial class Log
    {
        [LoggerMessage(
            EventId = 730,
            Level = LogLevel.Error,
            Message = "{Namespace}/{Name}: internal error {Id}; its condition and its event have this id."
        )]
        public static partial void Threw(ILogger logger, Exception error, string nameSpace, string name, string id);

        [LoggerMessage(
            EventId = 731,
            Level = LogLevel.Error,
            Message = "{Namespace}/{Name}: its status can't be written, so that only its events tell: {Why}."
        )]
        public static partial void StatusRefused(ILogger logger, string nameSpace, string name, string why);
    }
}
