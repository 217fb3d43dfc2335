using System.Text.Json;
using GemmaOperator.BaseImages.Probe;

namespace Operator.Tests.BaseImages.Probe;

/// <summary>A report is hearsay: bounded, of known forms, or none.</summary>
internal sealed class ProbeReportTests
{
    private static readonly string Digest = A.Digest(7);

    private static ProbeReport Read(object report) => ProbeReport.Read(JsonSerializer.Serialize(report), Digest);

    private static ProbeReport Counting(long count, params string[][] changes) =>
        Read(
            new
            {
                v = 1,
                digest = Digest,
                count,
                fingerprint = A.Digest(1),
                changes,
            }
        );

    [Test]
    public void Nothing_is_nothing() => Assert.That(Counting(0), Is.EqualTo(new ProbeReport.Answer(0, null, [])));

    [Test]
    public void The_most_important_come_first()
    {
        var answer = (ProbeReport.Answer)Counting(
            4,
            ["dpkg", "zsh", "", "1", "2"],
            ["python", "Fast_API", "", "1", "2"],
            ["dpkg", "libssl3", "i386", "1", "2"],
            ["dpkg", "libcudnn9", "", "", "2"]
        );
        Assert.That(
            answer.Changes.Select(c => $"{c.Kind} {c.Name} {c.Old}>{c.New}"),
            Is.EqualTo(new[] { "Dpkg libcudnn9 >2", "Dpkg libssl3:i386 1>2", "Dpkg zsh 1>2", "Python fast-api 1>2" })
        );
    }

    [Test]
    public void Names_with_control_characters_count_and_arent_told()
    {
        var answer = (ProbeReport.Answer)Counting(
            3,
            ["dpkg", "a\u001b[31m", "", "1", "2"],
            ["dpkg", "b", "", "1", "2\n"],
            ["rpm", "c", "", "1", "2"]
        );
        Assert.That((answer.Count, answer.Changes.Count), Is.EqualTo((3, 0)));
    }

    [Test]
    public void A_list_of_fifty_thousand_is_read_and_a_longer_one_isnt()
    {
        Assert.That(Counting(50_000), Is.InstanceOf<ProbeReport.Answer>());
        Assert.That(((ProbeReport.Failed)Counting(50_001)).Failure, Is.EqualTo(ProbeFailure.Unreadable));
        Assert.That(((ProbeReport.Failed)Counting(-1)).Failure, Is.EqualTo(ProbeFailure.Unreadable));
    }

    [Test]
    public void More_than_twenty_are_cut()
    {
        var many = Enumerable.Range(0, 30).Select(n => new[] { "dpkg", $"p{n}", "", "1", "2" }).ToArray();
        Assert.That(((ProbeReport.Answer)Counting(30, many)).Changes, Has.Count.EqualTo(20));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("Traceback (most recent call last):")]
    [TestCase("[]")]
    [TestCase("""{"v":1}""")]
    [TestCase("""{"v":2,"digest":"x","count":0}""")]
    [TestCase("""{"v":1,"digest":"x","count":0}""")]
    public void What_is_no_report_says_so(string? message) =>
        Assert.That(
            ((ProbeReport.Failed)ProbeReport.Read(message, Digest)).Failure,
            Is.EqualTo(ProbeFailure.Unreadable)
        );

    [Test]
    public void What_a_program_said_is_one_clean_line()
    {
        var failed = (ProbeReport.Failed)Read(
            new
            {
                v = 1,
                digest = Digest,
                error = new
                {
                    reason = "AptFailed",
                    said = "E: \u001b[31mno\nhttps://me:secret@mirror " + new string('x', 900),
                },
            }
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(failed.Failure, Is.EqualTo(ProbeFailure.AptFailed));
            Assert.That(failed.Said, Does.StartWith("E: no https://***@mirror x"));
            Assert.That(failed.Said, Has.Length.LessThanOrEqualTo(301));
        }
    }
}
