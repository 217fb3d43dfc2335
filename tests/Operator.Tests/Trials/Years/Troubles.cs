using System.Globalization;
using Operator.Tests.Trials.Months.World;
using StandIns;

namespace Operator.Tests.Trials.Years;

/// <summary>
/// Says what goes wrong in a simulated year, by its seed: the registry is away for two days, no build succeeds for
/// three, and the process that leads ends with a write, six times. In less than a year it lasts the less long.
/// </summary>
internal sealed class Troubles
{
    private const int Kills = 6;

    private static readonly SimulatedFault Failure = new(["error building image: connection reset by peer"]);

    private readonly Queue<(DateTime At, string What, Action Do)> _to;
    private bool _fails;

    /// <param name="dice">When.</param>
    /// <param name="start">Of the year (UTC).</param>
    /// <param name="days">How long it is.</param>
    /// <param name="registry">What is away.</param>
    /// <param name="faults">What ends the process.</param>
    /// <param name="jobs">What fails.</param>
    public Troubles(Dice dice, DateTime start, int days, SimRegistry registry, SimFaults faults, SimJobs jobs)
    {
        jobs.Failing = () => _fails ? Failure : null;
        var away = start.AddDays(days * (0.2 + (0.2 * dice.For("away").NextDouble())));
        // It begins an hour before a tick, so that it is in the way of one.
        var week = (int)(days / 7 * (0.6 + (0.2 * dice.For("failing").NextDouble())));
        var failing = start.AddDays(7 * week).Date.AddHours(2);
        var acts = new List<(DateTime At, string What, Action Do)>
        {
            (away, "the registry is away", () => registry.IsAway = true),
            (away.AddDays(days / 182.0), "the registry is back", () => registry.IsAway = false),
            (failing, "builds fail", () => _fails = true),
            (failing.AddDays(days / 120.0), "builds succeed", () => _fails = false),
        };
        acts.AddRange(
            Enumerable
                .Range(0, Kills)
                .Select(_ =>
                    (
                        start.AddDays(1 + ((days - 1) * dice.For("kill").NextDouble())),
                        "the leader ends",
                        (Action)(() => faults.EndsWithNextWrite = true)
                    )
                )
        );
        _to = new Queue<(DateTime, string, Action)>(acts.OrderBy(a => a.At));
    }

    public DateTime? Next => _to.TryPeek(out var next) ? next.At : null;

    /// <summary>Gets what went wrong until now.</summary>
    public List<string> Did { get; } = [];

    public void Step(DateTime now)
    {
        while (_to.TryPeek(out var next) && next.At <= now)
        {
            _to.Dequeue();
            next.Do();
            Did.Add(string.Create(CultureInfo.InvariantCulture, $"{now:yyyy-MM-dd HH:mm} {next.What}"));
        }
    }
}
