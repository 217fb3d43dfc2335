using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using k8s;
using k8s.Models;
using Operator.Tests.Trials.Months.World;

namespace Operator.Tests.Trials.Months;

/// <summary>What must hold at every moment of a simulated month, and what at its end.</summary>
internal sealed class Promises
{
    private readonly SimStore _store;
    private readonly SimRegistry _registry;
    private readonly SimJobs _jobs;
    private readonly SimDeployments _deployments;
    private readonly SimPeople _people;
    private readonly SimTime _time;
    private readonly List<string> _broken;
    private readonly HashSet<(string, string)> _made = [];
    private readonly Dictionary<string, GemmaBuild> _builds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _answered = new(StringComparer.Ordinal);
    private string _aliased = "";
    private bool _serves;

    public Promises(
        SimStore store,
        SimRegistry registry,
        SimJobs jobs,
        SimDeployments deployments,
        SimPeople people,
        SimTime time,
        List<string> broken
    )
    {
        (_store, _registry, _jobs, _deployments) = (store, registry, jobs, deployments);
        (_people, _time, _broken) = (people, time, broken);
        store.Created = Created;
    }

    public int Builds => _builds.Count;

    /// <summary>Checks what holds at all times.</summary>
    public void Check()
    {
        foreach (var build in _store.All.OfType<GemmaBuild>())
        {
            _builds[build.Metadata.Uid] = build;
        }

        var digest = _registry.Tags("team/base").GetValueOrDefault("latest") ?? "";
        if (digest != _aliased && !_jobs.Verified.Contains(digest))
        {
            Broken($"the alias is at {digest}, which was never verified");
        }

        _aliased = digest;
        var serves = _store.All.OfType<V1Pod>().Any(SimDeployments.Answers);
        if (_serves && !serves && _store.All.OfType<GemmaBaseImage>().Any())
        {
            Broken("no pod answers any more");
        }

        _serves |= serves;
    }

    /// <summary>Checks what must be so a while after the last fault.</summary>
    public void CheckSettled()
    {
        if (_broken.Count > 0)
        {
            return;
        }

        var image = _store.All.OfType<GemmaBaseImage>().Single();
        var status = image.Status;
        var ready = status?.Conditions.FirstOrDefault(c => c.Type == ConditionType.Ready);
        // An image that never answers goes back to the one before, until something else is asked for.
        if (ready?.Status != "True" && ready?.Reason != ImageReason.Ready.RolledBack)
        {
            Broken($"it isn't ready: {Conditions(image)}");
        }

        if (status?.RejectedDigests?.FirstOrDefault(d => !_deployments.IsBadDigest(d)) is { } good)
        {
            Broken($"{good} is rejected, and answers");
        }

        if (status?.ObservedGeneration != image.Metadata.Generation)
        {
            Broken($"its status is of generation {status?.ObservedGeneration}, it is {image.Metadata.Generation}");
        }

        string? asked = null;
        image.Metadata.Annotations?.TryGetValue(ApiGroup.RequestedAtAnnotation, out asked);
        if (status?.LastHandledRequestAt != asked)
        {
            Broken($"{asked} isn't answered, but {status?.LastHandledRequestAt}");
        }

        if (status?.NextScheduleTime is not { } next || next <= _time.Now)
        {
            Broken($"its next tick is {status?.NextScheduleTime:s}");
        }

        if (_store.All.OfType<GemmaBuild>().Count(b => b.IsFinished) > 8)
        {
            Broken($"{_store.All.OfType<GemmaBuild>().Count()} builds are kept");
        }
    }

    /// <summary>Checks that nothing was written since then but what builds and a new tick need.</summary>
    public void CheckQuietSince(DateTime then)
    {
        var isBusy = _store
            .All.OfType<GemmaBuild>()
            .Any(b =>
                !b.IsFinished || b.Status?.CompletionTime > then.AddHours(-1) || b.Metadata.CreationTimestamp >= then
            );
        if (_broken.Count == 0 && !isBusy && _store.WritesSince(then) > 3)
        {
            var last = _store.All.MaxBy(o => long.Parse(o.Metadata.ResourceVersion))!;
            Broken($"something is still written at {_store.LastWrite:s}: {last.Kind} {last.Metadata.Name}");
        }
    }

    public void CheckNothingLeft()
    {
        if (_broken.Count == 0 && _store.All.Any())
        {
            Broken(
                "left over: "
                    + string.Join(", ", _store.All.Select(o => $"{o.GetType().Name} {o.Metadata.Name}").Take(5))
            );
        }
    }

    private void Created(IKubernetesObject<V1ObjectMeta> made)
    {
        if (made is V1Job && made.Metadata.OwnerReferences is [var owner, ..])
        {
            if (!_made.Add((owner.Uid, made.Metadata.Name)) && owner.Kind == "GemmaBuild")
            {
                Broken($"Job {made.Metadata.Name} was made twice");
            }
        }

        if (made is GemmaBuild build)
        {
            _builds[build.Metadata.Uid] = build;
            Answer(build, build.RequestedAt);
            Answer(build, build.ScheduledFor?.ToString("s"));
        }
    }

    /// <summary>
    /// A cause has one build; another one repeats a failure, takes a stopped one's place, or that of one that was
    /// deleted.
    /// </summary>
    private void Answer(GemmaBuild build, string? cause)
    {
        if (cause is null)
        {
            return;
        }

        if (
            _answered.TryGetValue(cause, out var uid)
            && build.Retry == 0
            && build.TakesPlaceOf is null
            && _builds[uid] is var first
            && !first.HasFailed
            && !_people.Deleted.Contains(first.BuildName)
        )
        {
            Broken($"{build.BuildName} is for {cause}, as {first.BuildName} was");
        }

        _answered[cause] = build.Metadata.Uid;
    }

    private void Broken(string what) => _broken.Add($"{_time.Now:dd HH:mm:ss}: {what}");

    private static string Conditions(GemmaBaseImage image) =>
        string.Join("; ", image.Status?.Conditions.Select(c => $"{c.Type}={c.Status} {c.Reason}: {c.Message}") ?? []);
}
