using System.Globalization;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;
using Quickstart.Terminal;

namespace Quickstart.Story;

/// <summary>Follows GemmaBaseImages, and tells each change of what the API says of them once.</summary>
internal sealed class Follower(IKubeApi api, Screen screen, TimeProvider time)
{
    /// <summary>Is often enough for a person.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    /// <summary>Is far more than it takes; a demo that hangs must end.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static readonly string[] Told =
    [
        ConditionType.Reconciling,
        ConditionType.Available,
        ConditionType.Stalled,
        ConditionType.Ready,
    ];

    private readonly long _start = time.GetTimestamp();
    private readonly Dictionary<(ObjectKey Of, string What), string> _told = [];

    /// <summary>Gets the time since it began.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(_start);

    /// <summary>
    /// Tells what happens until <paramref name="isOver"/> is true of all; returns what was seen last, also when that
    /// doesn't come.
    /// </summary>
    public async Task<IReadOnlyList<Seen>> FollowAsync(
        IReadOnlyList<ObjectKey> keys,
        Func<Seen, bool> isOver,
        CancellationToken cancellationToken
    ) =>
        await screen.LiveAsync(async show =>
        {
            var begun = time.GetTimestamp();
            while (true)
            {
                var all = new List<Seen>();
                foreach (var key in keys)
                {
                    var seen = await SeeAsync(key, cancellationToken);
                    all.Add(seen);
                    Tell(key, seen, keys.Count > 1);
                }

                show(Now(all.Find(s => !isOver(s)) ?? all[^1]));
                if (all.TrueForAll(s => isOver(s)) || time.GetElapsedTime(begun) > Patience)
                {
                    return (IReadOnlyList<Seen>)all;
                }

                await Task.Delay(Look, time, cancellationToken);
            }
        });

    /// <summary>Reads what the API says of an object now.</summary>
    public async Task<Seen> SeeAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        var image =
            await api.GetAsync<GemmaBaseImage>(key.Namespace, key.Name, cancellationToken)
            ?? throw new InvalidOperationException($"gemmabaseimage/{key.Name} is gone");
        var build = image.Status?.LatestBuild is { } latest
            ? await api.GetAsync<GemmaBuild>(key.Namespace, latest, cancellationToken)
            : null;
        return new Seen(image, build);
    }

    private void Tell(ObjectKey key, Seen seen, bool isOneOfMany)
    {
        if (!seen.IsCurrent)
        {
            return;
        }

        var whose = isOneOfMany ? $"{key.Name}: " : "";
        foreach (var step in (seen.Build?.Status?.Steps ?? []).Where(s => s.Result != RecentBuild.Running))
        {
            if (IsNews(key, $"{seen.Build!.Metadata.Name} {step.Name}", step.Result))
            {
                screen.Step(Elapsed, step.Name, $"{whose}{step.Result}{Seconds(step)}");
            }
        }

        foreach (var type in Told)
        {
            var condition = seen.Condition(type);
            var isTold = condition is not null && (type != ConditionType.Ready || condition.Status == "True");
            if (
                IsNews(key, type, isTold ? $"{condition!.Status} {condition.Reason} {Subject(condition)}" : "")
                && isTold
            )
            {
                screen.Step(Elapsed, What(condition!), $"{whose}{condition!.Message}");
            }
        }
    }

    /// <summary>
    /// Says what makes a condition another one for people: of a stall and of what serves all that is said, of what goes
    /// on only its reason, since the live line shows the rest.
    /// </summary>
    private static string Subject(V1Condition condition) =>
        condition.Type is ConditionType.Stalled or ConditionType.Ready ? condition.Message : "";

    /// <summary>Names a condition by its type where it is good, and by its reason where something goes on.</summary>
    private static string What(V1Condition condition) =>
        condition is { Type: ConditionType.Ready or ConditionType.Available, Status: "True" }
            ? condition.Type
            : condition.Reason;

    private static string Seconds(BuildStepStatus step) =>
        step.DurationSeconds is > 0 and var seconds
            ? string.Create(CultureInfo.InvariantCulture, $" in {seconds} s")
            : "";

    private string Now(Seen seen)
    {
        var going = seen.Condition(ConditionType.Reconciling) ?? seen.Condition(ConditionType.Ready);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Elapsed.TotalSeconds:0.0} s  {going?.Reason ?? "Starting"}: {going?.Message ?? seen.Image.Metadata.Name}"
        );
    }

    private bool IsNews(ObjectKey key, string what, string value)
    {
        var isNews = _told.GetValueOrDefault((key, what), "") != value;
        _told[(key, what)] = value;
        return isNews;
    }
}
