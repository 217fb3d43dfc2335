using GemmaOperator.Api.Validation;

namespace Operator.Tests.BaseImages.Freshness.Schedule;

/// <summary>
/// Kind: standards are followed or the difference is refused loudly. What the parser of CronJobs (robfig/cron v3.0.1)
/// refuses is refused, with what would be right.
/// </summary>
internal sealed class CronJobRefusalTests
{
    [TestCase("0 9 * * 7", "above 6; write 0 or SUN for Sunday")]
    [TestCase("0 9 * * 5-7", "above 6; write 0 or SUN for Sunday")]
    [TestCase("0 0 L * *", "no L, W and #")]
    [TestCase("0 0 15W * *", "no L, W and #")]
    [TestCase("0 0 * * 5L", "no L, W and #")]
    [TestCase("0 0 * * 1#2", "no L, W and #")]
    [TestCase("0 22-4 * * *", "runs backwards")]
    [TestCase("0 0 * nov-feb *", "runs backwards")]
    [TestCase("*/0 * * * *", "step of 0")]
    [TestCase("*/-5 * * * *", "is no minute")]
    [TestCase("1/2/3 * * * *", "is no minute")]
    [TestCase("1-2-3 * * * *", "is no minute")]
    [TestCase("-5 * * * *", "is no minute")]
    [TestCase("60 * * * *", "minute 60 is above 59")]
    [TestCase("0 24 * * *", "hour 24 is above 23")]
    [TestCase("0 0 0 * *", "day-of-month 0 is below 1")]
    [TestCase("0 0 32 * *", "day-of-month 32 is above 31")]
    [TestCase("0 0 * 13 *", "month 13 is above 12")]
    [TestCase("0 0 * foo *", "is no month")]
    [TestCase("0 0 * * monday", "is no day-of-week")]
    [TestCase("mon 0 * * *", "is no minute")]
    [TestCase("0x5 * * * *", "is no minute")]
    [TestCase("5.0 * * * *", "is no minute")]
    [TestCase("99999999999999999999 * * * *", "is no minute")]
    [TestCase("0 0 9 * * 1", "has 6 fields")]
    [TestCase("0 9 * *", "has 4 fields")]
    [TestCase(", 9 * * *", "never fires")]
    [TestCase("0 0 30 2 *", "never fires")]
    [TestCase("0 0 31 2,4 *", "never fires")]
    [TestCase("@every 6h", "0 */6 * * *")]
    [TestCase("@reboot", "isn't a known macro")]
    [TestCase("@Daily", "isn't a known macro")]
    [TestCase("@daily ", "isn't a known macro")]
    [TestCase(" @daily", "has 1 fields")]
    [TestCase("TZ=Europe/Berlin 0 9 * * *", "timeZone beside it")]
    [TestCase("CRON_TZ=Europe/Berlin 0 9 * * *", "timeZone beside it")]
    public void What_a_CronJob_refuses_is_refused_with_what_would_be_right(string cron, string said)
    {
        Assert.That(CronSyntax.Parse(cron, out var error), Is.Null);
        Assert.That($"{error.Problem}; {error.Remedy}", Does.Contain(said));
    }

    /// <summary>Go parts fields at any white space.</summary>
    [TestCase("  0 9\t* *   1 \n")]
    [TestCase("0\u00a09\u2003* * 1")]
    public void White_space_is_as_in_Go(string cron) =>
        Assert.That(CronSyntax.Parse(cron, out _), Is.EqualTo(CronSyntax.Parse("0 9 * * 1", out _)));

    [Test]
    public void What_is_proposed_is_taken(
        [Values("0 9 * * 1", "0 */6 * * *", "0 9 1-7 * *", "0 9 * * SUN", "@weekly")] string cron
    ) => Assert.That(CronSyntax.Parse(cron, out _), Is.Not.Null);
}
