using System.Diagnostics;
using System.Globalization;
using GemmaOperator.Api.Builds;

namespace Operator.Tests.Trials.Years;

/// <summary>
/// What is promised of freshness holds in a simulated year: pods restart only for packages that moved, every fix
/// serves in time, and equal inputs replace nothing. <c>GEMMA_TRIAL_WEEKS</c> says how many weeks the long form has,
/// <c>GEMMA_TRIAL_SEED</c> when what goes wrong does.
/// </summary>
internal sealed class YearTests
{
    /// <summary>Says how many weeks the short form has.</summary>
    private const int Short = 2;

    private static readonly IReadOnlyList<string> Few = [Fleet.Probed, Fleet.Pinned];

    [Test]
    public async Task Pods_restart_only_for_what_moved_and_every_fix_serves_in_time()
    {
        var seed = Trial.Seed;
        var (weeks, names) = Trial.Number("GEMMA_TRIAL_WEEKS") is { } asked ? (asked, Fleet.Names) : (Short, Few);
        var clock = Stopwatch.StartNew();
        var (broken, year) = Year.Live(seed, weeks, names);
        foreach (var line in Report.Lines(year, weeks).Concat(year.Did))
        {
            await TestContext.Out.WriteLineAsync(line);
        }

        await TestContext.Out.WriteLineAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"seed {seed}: {weeks} weeks, {year.Reconciles} reconciles, {year.Lives} lives of the operator, "
                    + $"{broken.Count} promises broken, in {clock.Elapsed.TotalSeconds:0} s"
            )
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(broken, Is.Empty, $"again: GEMMA_TRIAL_SEED={seed} GEMMA_TRIAL_WEEKS={weeks}");
            Assert.That(year.Ledger.Accounts[Fleet.Pinned].Restarts, Is.Empty, "equal inputs replace nothing");
            Assert.That(
                year.Ledger.BuildsOf(Fleet.Pinned).Count(b => b.IsUnchanged),
                Is.GreaterThanOrEqualTo(weeks - 1)
            );
            Assert.That(year.Ledger.Accounts[Fleet.Probed].Restarts, Is.Not.Empty, "packages moved");
        }
    }
}
