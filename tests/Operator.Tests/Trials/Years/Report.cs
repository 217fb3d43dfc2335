using System.Globalization;
using GemmaOperator.Api.Builds;

namespace Operator.Tests.Trials.Years;

/// <summary>Writes the account of a simulated year as tables of Markdown, as docs/performance.md has them.</summary>
internal static class Report
{
    public static IEnumerable<string> Lines(Year year, int weeks)
    {
        var names = year.Ledger.Accounts.Keys.ToList();
        yield return $"| {weeks} weeks | {string.Join(" | ", names)} |";
        yield return $"|---|{string.Concat(names.Select(_ => "---|"))}";
        yield return Row("times that the image was asked", a => $"{a.Asked}");
        yield return Row(
            "builds: everything, patches",
            a => $"{Count(a, b => !b.IsPatch)}, {Count(a, b => b.IsPatch)}"
        );
        yield return Row("of them NothingChanged", a => $"{Count(a, b => b.IsUnchanged)}");
        yield return Row("of them failed", a => $"{Count(a, b => b.HasFailed)}");
        yield return Row("pods replaced", a => $"{a.Restarts.Count}");
        yield return Row("of them for nothing", a => $"{a.Needless}");
        yield return Row("weeks without a restart", a => $"{weeks - Weeks(a)}");
        yield return Row("CVEs mended in what it takes", a => $"{a.Exposures.Sum(e => e.Release.Count)}");
        foreach (var severity in new[] { "High", "Medium" })
        {
            yield return Row($"{severity}: hours until the fix served, median, longest", a => Hours(a, severity));
        }

        yield return Row("MB that its node pulled", a => Mega(a.Pulled));
        foreach (var name in names)
        {
            var reasons = year
                .Ledger.BuildsOf(name)
                .GroupBy(b => string.Join('+', b.Spec!.Reasons.Select(r => r.Text)), StringComparer.Ordinal)
                .OrderByDescending(g => g.Count())
                .Select(g => $"{g.Count()} {g.Key}");
            yield return $"{name}: builds for {string.Join(", ", reasons)}";
        }

        string Row(string what, Func<Account, string> of) =>
            $"| {what} | {string.Join(" | ", names.Select(n => of(year.Ledger.Accounts[n])))} |";

        int Count(Account account, Func<GemmaBuild, bool> of) => year.Ledger.BuildsOf(account.Name).Count(of);
    }

    private static int Weeks(Account account) =>
        account.Restarts.Select(at => (int)((at - History.First).TotalDays / 7)).Distinct().Count();

    /// <summary>Each vulnerability counts, not each release.</summary>
    private static string Hours(Account account, string severity)
    {
        var hours = account
            .Exposures.Where(e => e.Release.Severity == severity)
            .SelectMany(e => Enumerable.Repeat(e.Lasted.TotalHours, e.Release.Count))
            .Order()
            .ToList();
        return hours.Count == 0
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $"{hours[hours.Count / 2]:0}, {hours[^1]:0}");
    }

    private static string Mega(long bytes) => (bytes / 1_000_000m).ToString("#,0", CultureInfo.InvariantCulture);
}
