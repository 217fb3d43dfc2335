using System.Globalization;
using GemmaOperator.BaseImages.Freshness.Schedule;

namespace Operator.Tests.BaseImages.Freshness.Schedule;

/// <summary>
/// Kind: standards are followed or the difference is refused loudly. A schedule fires when a CronJob of the same text
/// and zone would; expected times were worked out with another writing of the algorithm of robfig/cron v3.0.1, which
/// the controller of CronJobs calls.
/// </summary>
internal sealed class CronJobAgreementTests
{
    [TestCase(
        "0 9 * * 1",
        "Etc/UTC",
        "2026-11-23T09:00:00Z",
        "2026-11-30T09:00:00Z 2026-12-07T09:00:00Z 2026-12-14T09:00:00Z"
    )]
    [TestCase(
        "0 0 13 * 5",
        "Etc/UTC",
        "2026-11-01T00:00:00Z",
        "2026-11-06T00:00:00Z 2026-11-13T00:00:00Z 2026-11-20T00:00:00Z"
    )]
    [TestCase(
        "0 0 13 * 5",
        "Europe/Berlin",
        "2026-11-12T12:00:00Z",
        "2026-11-12T23:00:00Z 2026-11-19T23:00:00Z 2026-11-26T23:00:00Z"
    )]
    [TestCase(
        "0 0 */2 * 1",
        "Etc/UTC",
        "2026-11-01T00:00:00Z",
        "2026-11-02T00:00:00Z 2026-11-03T00:00:00Z 2026-11-05T00:00:00Z"
    )]
    [TestCase(
        "0 0 */1 * 1",
        "Etc/UTC",
        "2026-11-01T00:00:00Z",
        "2026-11-02T00:00:00Z 2026-11-09T00:00:00Z 2026-11-16T00:00:00Z"
    )]
    [TestCase(
        "0 0 1-31 * 1",
        "Etc/UTC",
        "2026-11-03T00:00:00Z",
        "2026-11-04T00:00:00Z 2026-11-05T00:00:00Z 2026-11-06T00:00:00Z"
    )]
    [TestCase(
        "0 0 ? * 1",
        "Etc/UTC",
        "2026-11-03T00:00:00Z",
        "2026-11-09T00:00:00Z 2026-11-16T00:00:00Z 2026-11-23T00:00:00Z"
    )]
    [TestCase(
        "0 0 13 * ?",
        "Etc/UTC",
        "2026-11-03T00:00:00Z",
        "2026-11-13T00:00:00Z 2026-12-13T00:00:00Z 2027-01-13T00:00:00Z"
    )]
    [TestCase(
        "0 0 *,13 * 5",
        "Etc/UTC",
        "2026-11-07T00:00:00Z",
        "2026-11-13T00:00:00Z 2026-11-20T00:00:00Z 2026-11-27T00:00:00Z"
    )]
    [TestCase(
        "0 0 29 2 *",
        "Etc/UTC",
        "2026-11-07T00:00:00Z",
        "2028-02-29T00:00:00Z 2032-02-29T00:00:00Z 2036-02-29T00:00:00Z"
    )]
    [TestCase(
        "0 0 29 2 1",
        "Etc/UTC",
        "2026-11-07T00:00:00Z",
        "2027-02-01T00:00:00Z 2027-02-08T00:00:00Z 2027-02-15T00:00:00Z"
    )]
    [TestCase(
        "0 0 31 2 1",
        "Etc/UTC",
        "2026-11-07T00:00:00Z",
        "2027-02-01T00:00:00Z 2027-02-08T00:00:00Z 2027-02-15T00:00:00Z"
    )]
    [TestCase(
        "5/15 * * * *",
        "Etc/UTC",
        "2026-11-07T00:21:00Z",
        "2026-11-07T00:35:00Z 2026-11-07T00:50:00Z 2026-11-07T01:05:00Z"
    )]
    [TestCase(
        "5/1 3 * * *",
        "Etc/UTC",
        "2026-11-07T03:58:00Z",
        "2026-11-07T03:59:00Z 2026-11-08T03:05:00Z 2026-11-08T03:06:00Z"
    )]
    [TestCase(
        "*/90 3 * * *",
        "Etc/UTC",
        "2026-11-07T03:58:00Z",
        "2026-11-08T03:00:00Z 2026-11-09T03:00:00Z 2026-11-10T03:00:00Z"
    )]
    [TestCase(
        "10-50/20 3 * * *",
        "Etc/UTC",
        "2026-11-07T03:10:30Z",
        "2026-11-07T03:30:00Z 2026-11-07T03:50:00Z 2026-11-08T03:10:00Z"
    )]
    [TestCase(
        "0 9 * JAN-mar Mon",
        "Etc/UTC",
        "2026-11-07T03:10:30Z",
        "2027-01-04T09:00:00Z 2027-01-11T09:00:00Z 2027-01-18T09:00:00Z"
    )]
    [TestCase(
        "1,,2 3 * * *",
        "Etc/UTC",
        "2026-11-07T03:01:00Z",
        "2026-11-07T03:02:00Z 2026-11-08T03:01:00Z 2026-11-08T03:02:00Z"
    )]
    [TestCase(
        "*-5 3 * * *",
        "Etc/UTC",
        "2026-11-07T03:01:00Z",
        "2026-11-07T03:02:00Z 2026-11-07T03:03:00Z 2026-11-07T03:04:00Z"
    )]
    [TestCase(
        "+5 03 * * 0",
        "Etc/UTC",
        "2026-11-07T03:01:00Z",
        "2026-11-08T03:05:00Z 2026-11-15T03:05:00Z 2026-11-22T03:05:00Z"
    )]
    [TestCase(
        "0 0 31 * *",
        "Etc/UTC",
        "2026-11-07T03:01:00Z",
        "2026-12-31T00:00:00Z 2027-01-31T00:00:00Z 2027-03-31T00:00:00Z"
    )]
    [TestCase(
        "@yearly",
        "Europe/Berlin",
        "2026-11-07T03:01:00Z",
        "2026-12-31T23:00:00Z 2027-12-31T23:00:00Z 2028-12-31T23:00:00Z"
    )]
    [TestCase(
        "@monthly",
        "Europe/Berlin",
        "2026-11-07T03:01:00Z",
        "2026-11-30T23:00:00Z 2026-12-31T23:00:00Z 2027-01-31T23:00:00Z"
    )]
    [TestCase(
        "@weekly",
        "Europe/Berlin",
        "2026-11-07T03:01:00Z",
        "2026-11-07T23:00:00Z 2026-11-14T23:00:00Z 2026-11-21T23:00:00Z"
    )]
    [TestCase(
        "@midnight",
        "Europe/Berlin",
        "2026-11-07T03:01:00Z",
        "2026-11-07T23:00:00Z 2026-11-08T23:00:00Z 2026-11-09T23:00:00Z"
    )]
    [TestCase(
        "@hourly",
        "Asia/Kathmandu",
        "2026-11-07T03:01:00Z",
        "2026-11-07T03:15:00Z 2026-11-07T04:15:00Z 2026-11-07T05:15:00Z"
    )]
    [TestCase(
        "30 2 * * *",
        "Europe/Berlin",
        "2026-03-28T00:00:00Z",
        "2026-03-28T01:30:00Z 2026-03-30T00:30:00Z 2026-03-31T00:30:00Z"
    )]
    [TestCase(
        "30 2 * * *",
        "Europe/Berlin",
        "2026-10-24T12:00:00Z",
        "2026-10-25T00:30:00Z 2026-10-25T01:30:00Z 2026-10-26T01:30:00Z"
    )]
    [TestCase(
        "0 * * * *",
        "Europe/Berlin",
        "2026-10-24T23:30:00Z",
        "2026-10-25T00:00:00Z 2026-10-25T01:00:00Z 2026-10-25T02:00:00Z"
    )]
    [TestCase(
        "0 3 * * *",
        "Europe/Berlin",
        "2026-10-25T00:40:00Z",
        "2026-10-25T02:00:00Z 2026-10-26T02:00:00Z 2026-10-27T02:00:00Z"
    )]
    [TestCase(
        "*/30 2 * * *",
        "Europe/Berlin",
        "2026-10-24T23:59:00Z",
        "2026-10-25T00:00:00Z 2026-10-25T00:30:00Z 2026-10-25T01:00:00Z"
    )]
    [TestCase(
        "0 0 * * *",
        "America/Sao_Paulo",
        "2018-11-03T00:00:00Z",
        "2018-11-03T03:00:00Z 2018-11-05T02:00:00Z 2018-11-06T02:00:00Z"
    )]
    [TestCase(
        "0 0 * * 0",
        "America/Sao_Paulo",
        "2018-11-01T00:00:00Z",
        "2018-11-11T02:00:00Z 2018-11-18T02:00:00Z 2018-11-25T02:00:00Z"
    )]
    [TestCase(
        "0 9 4 11 *",
        "America/Sao_Paulo",
        "2018-11-01T00:00:00Z",
        "2018-11-04T11:00:00Z 2019-11-04T12:00:00Z 2020-11-04T12:00:00Z"
    )]
    [TestCase(
        "0 9 29 3 *",
        "Asia/Beirut",
        "2026-03-20T00:00:00Z",
        "2027-03-29T06:00:00Z 2028-03-29T06:00:00Z 2029-03-29T06:00:00Z"
    )]
    [TestCase(
        "0 9 * * *",
        "Asia/Beirut",
        "2026-03-27T00:00:00Z",
        "2026-03-27T07:00:00Z 2026-03-28T07:00:00Z 2026-03-29T06:00:00Z"
    )]
    [TestCase(
        "0 0 1 * *",
        "Asia/Beirut",
        "2026-03-27T00:00:00Z",
        "2026-03-31T21:00:00Z 2026-04-30T21:00:00Z 2026-05-31T21:00:00Z"
    )]
    [TestCase(
        "15 2 * * *",
        "Australia/Lord_Howe",
        "2026-10-02T12:00:00Z",
        "2026-10-02T15:45:00Z 2026-10-04T15:15:00Z 2026-10-05T15:15:00Z"
    )]
    [TestCase(
        "45 1 * * *",
        "Australia/Lord_Howe",
        "2026-04-03T12:00:00Z",
        "2026-04-03T14:45:00Z 2026-04-04T14:45:00Z 2026-04-04T15:15:00Z"
    )]
    [TestCase(
        "30 1 * * 0",
        "America/New_York",
        "2026-10-30T12:00:00Z",
        "2026-11-01T05:30:00Z 2026-11-01T06:30:00Z 2026-11-08T06:30:00Z"
    )]
    [TestCase(
        "0 2 8 3 *",
        "America/New_York",
        "2026-03-01T12:00:00Z",
        "2027-03-08T07:00:00Z 2028-03-08T07:00:00Z 2029-03-08T07:00:00Z"
    )]
    public void A_schedule_fires_when_a_CronJob_would(string cron, string zone, string after, string expected)
    {
        var schedule = CronScheduleTests.Parse(cron, zone);
        var at = DateTimeOffset.Parse(after, CultureInfo.InvariantCulture);
        var ticks = new List<string>();
        while (ticks.Count < 3 && schedule.NextTick(at) is { } next)
        {
            ticks.Add(next.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
            at = next;
        }

        Assert.That(string.Join(' ', ticks), Is.EqualTo(expected));
    }
}
