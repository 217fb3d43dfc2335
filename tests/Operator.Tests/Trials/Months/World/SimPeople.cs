using System.Globalization;
using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Patching;
using GemmaOperator.Api.Probes;
using GemmaOperator.Api.Words;
using k8s.Models;

namespace Operator.Tests.Trials.Months.World;

/// <summary>People at work on one object for a month: edits, requests, pins, upstream releases, deletions.</summary>
internal sealed class SimPeople
{
    public const string Namespace = "team";
    public const string Name = "gemma";

    private readonly SimStore _store;
    private readonly SimRegistry _registry;
    private readonly SimTime _time;
    private readonly Random _random;
    private readonly Random _more;
    private readonly FaultPlan _plan;
    private readonly Queue<DateTime> _acts;
    private int _done;

    public SimPeople(SimStore store, SimRegistry registry, SimTime time, int seed, FaultPlan plan, int days)
    {
        (_store, _registry, _time, _random, _plan) = (store, registry, time, new Random(seed), plan);
        // What came later doesn't move what the seeds of before gave.
        _more = new Random(seed + 7919);
        _acts = new Queue<DateTime>(
            Enumerable
                .Range(0, Math.Max(3, days * 2 / 3))
                .Select(_ => time.Now.AddMinutes(_random.Next(60, days * 24 * 60)))
                .Order()
        );
    }

    public DateTime? Next => _acts.TryPeek(out var at) ? at : null;

    /// <summary>Gets what was done, for the report of a failure.</summary>
    public List<string> Did { get; } = [];

    /// <summary>Gets the builds that somebody deleted.</summary>
    public HashSet<string> Deleted { get; } = new(StringComparer.Ordinal);

    public void Begin() =>
        _store.Create(
            new GemmaBaseImage
            {
                Metadata = new V1ObjectMeta { Name = Name, NamespaceProperty = Namespace },
                Spec = new GemmaBaseImageSpec
                {
                    Base = new BaseSpec
                    {
                        Pytorch = "2.10.0",
                        Cuda = "12.8",
                        Cudnn = "9",
                    },
                    Schedule = _random.Next(3) switch
                    {
                        0 => "0 3 * * *",
                        1 => "30 2 * * 0",
                        _ => "0 5 */4 * *",
                    },
                    StartingDeadlineSeconds = 6 * 3600,
                    Patching = _more.Next(2) == 0 ? new PatchingSpec { MaxLayers = _more.Next(1, 4) } : null,
                    Triggers = new TriggersSpec { Packages = _more.Next(3) == 0 ? new PackagesTrigger() : null },
                    Output = new OutputSpec { Repository = $"{SimRegistry.Host}/team/base", Insecure = true },
                    Retention = new RetentionSpec { SuccessfulBuilds = 3, FailedBuilds = 2 },
                    Rollout = new RolloutSpec
                    {
                        Server = new ServerSpec { Image = $"{SimRegistry.Host}/team/server:1" },
                        Strategy = RolloutStrategy.Surge,
                        Rollback = new RollbackSpec { SoakTime = "0s" },
                        PrePull = new PrePullSpec { Enabled = false },
                        SmokeTest = new SmokeTestSpec { Enabled = _random.Next(2) == 0 },
                    },
                },
            }
        );

    public async Task StepAsync()
    {
        while (_acts.TryPeek(out var at) && at <= _time.Now)
        {
            _acts.Dequeue();
            var what = await ActAsync(++_done);
            Did.Add(string.Create(CultureInfo.InvariantCulture, $"{_time.Now:dd HH:mm} {what}"));
        }
    }

    /// <summary>
    /// Does what the object says when it isn't ready and nothing goes on by itself: takes a pin away, and asks for a
    /// build. Returns whether there was anything to do.
    /// </summary>
    public bool MindWhatIsWrong()
    {
        var image = _store.Find<GemmaBaseImage>(Namespace, Name)!;
        if (image.Status?.Conditions.Any(c => c is { Type: ConditionType.Ready, Status: "True" }) == true)
        {
            return false;
        }

        if (image.Spec!.Rollout.PinnedBuild.Length > 0)
        {
            Edit(spec => spec["rollout"]!["pinnedBuild"] = "");
        }

        Annotate("request-last");
        return true;
    }

    private async Task<string> ActAsync(int number)
    {
        var builds = _store.List<GemmaBuild>();
        switch (_random.Next(_plan.Deletions ? 9 : 7))
        {
            case 0:
                Edit(spec => spec["env"] = Variables(number));
                return "another variable of the image";
            case 1:
                Edit(spec => spec["systemPackages"] = new JsonArray(_random.Next(2) == 0 ? "curl" : "git"));
                return "another package";
            case 2 or 3:
                Annotate($"request-{number}");
                return $"request-{number}";
            case 4:
                await _registry.MoveBaseAsync(number);
                return "another upstream base";
            case 5:
                var good = builds.Where(b => b.HasSucceeded).ToList();
                var pin = good.Count > 0 && _random.Next(2) == 0 ? good[_random.Next(good.Count)].BuildName : "";
                Edit(spec => spec["rollout"]!["pinnedBuild"] = pin);
                return $"pin '{pin}'";
            case 6:
                var tag = _random.Next(1, 3);
                Edit(spec => spec["rollout"]!["server"]!["image"] = $"{SimRegistry.Host}/team/server:{tag}");
                return $"server {tag}";
            case 7 when builds.Count > 0:
                var build = builds[_random.Next(builds.Count)];
                Deleted.Add(build.BuildName);
                _store.Delete(typeof(GemmaBuild), new(Namespace, build.BuildName));
                return $"{build.BuildName} deleted";
            default:
                return "nothing";
        }
    }

    private static JsonArray Variables(int number) =>
        [new JsonObject { ["name"] = "ROUND", ["value"] = number.ToString(CultureInfo.InvariantCulture) }];

    private void Annotate(string request) =>
        Change(
            new JsonObject
            {
                ["metadata"] = new JsonObject
                {
                    ["annotations"] = new JsonObject { [ApiGroup.RequestedAtAnnotation] = request },
                },
            }
        );

    private void Edit(Action<JsonObject> edit)
    {
        var spec = new JsonObject { ["rollout"] = new JsonObject { ["server"] = new JsonObject() } };
        edit(spec);
        Change(new JsonObject { ["spec"] = spec });
    }

    private void Change(JsonObject patch) =>
        _store.Change<GemmaBaseImage>(Namespace, Name, live => SimApply.Merge(live, patch));
}
