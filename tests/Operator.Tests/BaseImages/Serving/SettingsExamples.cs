using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Pods;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Serving;
using k8s.Models;
using static Operator.Tests.BaseImages.Serving.RolloutWorld;

namespace Operator.Tests.BaseImages.Serving;

/// <summary>Worlds in which settings fail, and what is asked of them.</summary>
internal static class SettingsExamples
{
    public static ImageStatus? FailSoak(RolloutWorld world)
    {
        world.CarryOut().Step();
        world.CarryOut(available: 0).Step();
        return world.Wait(TimeSpan.FromMinutes(30)).Step();
    }

    public static RolloutWorld Edited(string mode, Func<RolloutSpec, RolloutSpec>? rollout = null)
    {
        var world = new RolloutWorld(rollout ?? (r => r)).Serving(Old).Edit(r => With(r, mode));
        world.With(1).Step();
        return world;
    }

    public static RolloutWorld RolledBack()
    {
        var world = Edited("bad");
        world.CarryOut(available: 0, restarts: 3).Step();
        world.Step();
        world.CarryOut().Step();
        return world;
    }

    public static RolloutSpec With(RolloutSpec rollout, string? mode) =>
        rollout with
        {
            Server = rollout.Server with
            {
                Env = mode is null ? [] : [new ServerVariable { Name = "MODE", Value = mode }],
            },
        };

    /// <summary>Of the settings that are to be served; null without one.</summary>
    public static string? Mode(RolloutWorld world) =>
        world.Desired.Spec.Template.Spec.Containers[0].Env.FirstOrDefault(e => e.Name == "MODE")?.Value;

    public static string MaxSurge(RolloutWorld world) => world.Desired.Spec.Strategy.RollingUpdate.MaxSurge.Value;
}
