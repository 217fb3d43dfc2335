using Cli.Tests.Views;
using GemmaOperator.Api.Builds;
using GemmaOperator.Dashboard.Facts;
using k8s.Models;

namespace Cli.Tests.Ui;

/// <summary>Makes pages of recorded objects.</summary>
internal static class Pages
{
    /// <summary>Gets what the quickstart's operator left after a rollout that failed.</summary>
    public static ImageFacts RolledBack { get; } =
        new(
            Recording.Tree.Image,
            new Part<GemmaBuild>(Recording.Tree.Builds),
            new Part<V1Pod>(Recording.Tree.Pods),
            new Part<Corev1Event>([
                new Corev1Event
                {
                    Metadata = new V1ObjectMeta { Name = "e" },
                    Type = "Warning",
                    Reason = "RolledBack",
                    Message = "The rollout of the newest image failed",
                    LastTimestamp = Recording.Now,
                    Count = 3,
                },
            ]),
            Recording.Now
        );

    /// <summary>Returns so many rows, each in a state of its own.</summary>
    public static IReadOnlyList<FleetRow> Rows(int count) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(i =>
                    FleetRow.Of(RolledBack.Image) with
                    {
                        Name = $"service-{i:00000}",
                        Namespace = $"team-{i % 7}",
                        Ready = new State(i % 5 == 0 ? Level.Bad : Level.Good, i % 5 == 0 ? "not ready" : "ready"),
                        Fresh = new State(i % 3 == 0 ? Level.Warning : Level.Good, i % 3 == 0 ? "stale" : "fresh"),
                        CostAmount = i,
                        Created = Recording.Now.AddMinutes(-i),
                    }
                ),
        ];
}
