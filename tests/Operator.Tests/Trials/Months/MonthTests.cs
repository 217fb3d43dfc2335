using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Operator.Tests.Trials.Months.World;

namespace Operator.Tests.Trials.Months;

/// <summary>
/// What holds in a simulated month, whatever goes wrong in it: one build for each cause, each Job made once, no alias
/// at an unverified image, somebody answers, all settles and nothing is left over.
/// <c>GEMMA_TRIAL_MONTHS</c> says how many months the long form lives through, <c>GEMMA_TRIAL_SEED</c> the first seed.
/// </summary>
internal sealed class MonthTests
{
    /// <summary>Says how many months the short form lives through, of two days each.</summary>
    private const int Short = 3;

    private static readonly (string Name, FaultPlan Plan)[] Plans =
    [
        ("all", FaultPlan.All),
        ("requests", new FaultPlan { Requests = 0.2 }),
        ("watches", new FaultPlan { Lag = TimeSpan.FromSeconds(60), Watches = 0.2 }),
        ("crashes", new FaultPlan { Crashes = 0.2 }),
        ("two leaders", new FaultPlan { TwoLeaders = 0.05, Lag = TimeSpan.FromSeconds(20) }),
        ("late writes", new FaultPlan { LateWrites = 0.05 }),
        ("clock", new FaultPlan { Clock = TimeSpan.FromDays(1) }),
        ("none", FaultPlan.None),
    ];

    [Test]
    public async Task Every_promise_holds_whatever_goes_wrong()
    {
        var months = Trial.Number("GEMMA_TRIAL_MONTHS") ?? Short;
        var days = Trial.Number("GEMMA_TRIAL_DAYS") ?? (months > Short ? 30 : 2);
        var first = Trial.Seed;
        var only = Environment.GetEnvironmentVariable("GEMMA_TRIAL_PLAN");
        var clock = Stopwatch.StartNew();
        var (broken, lived) = (
            new ConcurrentQueue<string>(),
            new ConcurrentQueue<(int Seed, string Plan, Month Month)>()
        );
        Parallel.ForEach(
            Enumerable.Range(first, months),
            new ParallelOptions { MaxDegreeOfParallelism = 2 },
            seed =>
            {
                var (name, plan) = Plans.FirstOrDefault(p => p.Name == only, Plans[(seed - first) % Plans.Length]);
                var (found, month) = Month.Live(seed, days, plan);
                lived.Enqueue((seed, name, month));
                foreach (var one in found)
                {
                    broken.Enqueue(
                        $"seed {seed}, faults '{name}': {one}\n{month.Acts}\n    again: "
                            + $"GEMMA_TRIAL_SEED={seed} GEMMA_TRIAL_MONTHS=1 "
                            + $"GEMMA_TRIAL_DAYS={days} GEMMA_TRIAL_PLAN='{name}' "
                            + "dotnet test tests/Operator.Tests --filter FullyQualifiedName~MonthTests"
                    );
                }
            }
        );
        foreach (var (seed, name, month) in lived.OrderBy(l => l.Seed))
        {
            await TestContext.Out.WriteLineAsync($"seed {seed}, faults '{name}': trace {month.Trace}");
        }

        await TestContext.Out.WriteLineAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"seed {first}: {months} months of {days} days, {lived.Sum(l => l.Month.Builds)} builds, "
                    + $"{lived.Sum(l => l.Month.Reconciles)} reconciles, {lived.Sum(l => l.Month.Faults)} faults, "
                    + $"{lived.Sum(l => l.Month.Lives)} lives of the operator, "
                    + $"{lived.Sum(l => l.Month.Contests)} times two at once, {broken.Count} promises broken, "
                    + $"in {clock.Elapsed.TotalSeconds:0} s"
            )
        );
        Assert.That(broken, Is.Empty, string.Join('\n', broken));
    }

    [Test]
    public void The_same_seed_gives_the_same_month()
    {
        var (_, first) = Month.Live(Trial.Seed, days: 1, FaultPlan.All);
        var (_, second) = Month.Live(Trial.Seed, days: 1, FaultPlan.All);
        var (_, other) = Month.Live(Trial.Seed + 1, days: 1, FaultPlan.All);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(second.Trace, Is.EqualTo(first.Trace));
            Assert.That(other.Trace, Is.Not.EqualTo(first.Trace));
        }
    }
}
