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
    private static readonly (string Name, FaultPlan Plan)[] Plans =
    [
        ("none", FaultPlan.None),
        ("requests", new FaultPlan { Requests = 0.2 }),
        ("crashes", new FaultPlan { Crashes = 0.2 }),
        ("late writes", new FaultPlan { LateWrites = 0.05 }),
        ("watches", new FaultPlan { Lag = TimeSpan.FromSeconds(60), Watches = 0.2 }),
        ("clock", new FaultPlan { Clock = TimeSpan.FromDays(1) }),
        ("all", FaultPlan.All),
    ];

    [Test]
    public async Task Every_promise_holds_whatever_goes_wrong()
    {
        var months = Trial.Number("GEMMA_TRIAL_MONTHS") ?? Plans.Length;
        var days = Trial.Number("GEMMA_TRIAL_DAYS") ?? (months > Plans.Length ? 30 : 5);
        var first = Trial.Seed;
        var only = Environment.GetEnvironmentVariable("GEMMA_TRIAL_PLAN");
        var clock = Stopwatch.StartNew();
        var (broken, lived) = (new ConcurrentQueue<string>(), new ConcurrentQueue<Month>());
        await Parallel.ForEachAsync(
            Enumerable.Range(first, months),
            new ParallelOptions { MaxDegreeOfParallelism = 2 },
            async (seed, _) =>
            {
                var (name, plan) = Plans.FirstOrDefault(p => p.Name == only, Plans[(seed - first) % Plans.Length]);
                var (found, month) = await Month.LiveAsync(seed, days, plan);
                lived.Enqueue(month);
                foreach (var one in found)
                {
                    broken.Enqueue(
                        $"seed {seed}, faults '{name}': {one}\n{month.Acts}\n    again: GEMMA_TRIAL_SEED={seed} GEMMA_TRIAL_MONTHS=1 "
                            + $"GEMMA_TRIAL_DAYS={days} GEMMA_TRIAL_PLAN='{name}' "
                            + "dotnet test tests/Operator.Tests --filter FullyQualifiedName~MonthTests"
                    );
                }
            }
        );
        await TestContext.Out.WriteLineAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"seed {first}: {months} months of {days} days, {lived.Sum(m => m.Builds)} builds, "
                    + $"{lived.Sum(m => m.Reconciles)} reconciles, {lived.Sum(m => m.Faults)} faults, "
                    + $"{lived.Sum(m => m.Lives)} lives of the operator, {broken.Count} promises broken, "
                    + $"in {clock.Elapsed.TotalSeconds:0} s"
            )
        );
        Assert.That(broken, Is.Empty);
    }
}
