using System.Net;
using GemmaInference.Fetch.Files;
using GemmaInference.Fetch.Transport;

namespace Inference.Tests.Fetch;

/// <summary>The command line, names, globs and addresses are judged before anything is done.</summary>
[TestFixture]
internal sealed class FetchWordsTests
{
    [TestCase("--to is missing", "hub:a/b@main")]
    [TestCase("expected hub:<repository>@<branch, tag or commit>", "hub:a/b", "--to", "/tmp/x")]
    [TestCase("expected hub:<repository>", "hub:../b@main", "--to", "/tmp/x")]
    [TestCase("expected hub:<repository>@<revision> or oci://", "s3://a", "--to", "/tmp/x")]
    [TestCase("or oci://", "oci://h/r:latest", "--to", "/tmp/x")]
    [TestCase("expected https", "hub:a/b@main", "--to", "/tmp/x", "--endpoint", "http://hub.example")]
    [TestCase("without credentials", "hub:a/b@main", "--to", "/tmp/x", "--endpoint", "https://u:p@hub.example")]
    [TestCase("--include '../x'", "hub:a/b@main", "--to", "/tmp/x", "--include", "../x")]
    [TestCase("--include '/etc/*'", "hub:a/b@main", "--to", "/tmp/x", "--include", "/etc/*")]
    [TestCase("--include 'a\\b'", "hub:a/b@main", "--to", "/tmp/x", "--include", "a\\b")]
    [TestCase("--reserve", "hub:a/b@main", "--to", "/tmp/x", "--reserve", "-1")]
    [TestCase("--reserve", "hub:a/b@main", "--to", "/tmp/x", "--reserve", "many")]
    [TestCase("expected json or text", "hub:a/b@main", "--to", "/tmp/x", "--progress", "xml")]
    [TestCase("--nope", "hub:a/b@main", "--to", "/tmp/x", "--nope")]
    [TestCase("can't be read", "hub:a/b@main", "--to", "/tmp/x", "--token-file", "/none/such")]
    public async Task A_wrong_word_ends_it_with_2_and_one_line(string says, params string[] words)
    {
        await using var run = await FetchRun.StartAsync();
        var code = await GemmaInference.Fetch.FetchCommand.RunAsync(words, run.Host, run.Bound);
        var error = run.Host.Error.ToString()!;
        Assert.That(code, Is.EqualTo(2), error);
        Assert.That(error, Does.StartWith("gemma-inference: ").And.Contain(says));
        Assert.That(error.TrimEnd('\n'), Does.Not.Contain("\n"));
        Assert.That(run.Reason, Is.EqualTo("InvalidArgument"));
    }

    [TestCase("169.254.169.254")]
    [TestCase("169.254.0.1")]
    [TestCase("fe80::1")]
    [TestCase("fd00:ec2::254")]
    [TestCase("::ffff:169.254.169.254")]
    [TestCase("64:ff9b::a9fe:a9fe")]
    [TestCase("2002:a9fe:a9fe::1")]
    [TestCase("0.0.0.0")]
    [TestCase("::")]
    [TestCase("224.0.0.1")]
    [TestCase("ff02::1")]
    [TestCase("255.255.255.255")]
    [TestCase("168.63.129.16")]
    [TestCase("100.100.100.200")]
    public void Addresses_of_the_node_and_the_cloud_are_never_spoken_to(string address) =>
        Assert.That(Egress.Judge(IPAddress.Parse(address), loopback: true), Is.Not.Null);

    [TestCase("127.0.0.1")]
    [TestCase("::1")]
    [TestCase("::ffff:127.0.0.1")]
    public void This_machine_is_spoken_to_where_it_is_the_endpoint(string address)
    {
        Assert.That(Egress.Judge(IPAddress.Parse(address), loopback: true), Is.Null);
        Assert.That(Egress.Judge(IPAddress.Parse(address), loopback: false), Is.Not.Null);
    }

    [TestCase("10.1.2.3")]
    [TestCase("192.168.1.1")]
    [TestCase("18.164.174.23")]
    [TestCase("2600:9000::1")]
    [TestCase("fd12:3456::1")]
    public void Mirrors_and_the_world_are_spoken_to(string address) =>
        Assert.That(Egress.Judge(IPAddress.Parse(address), loopback: false), Is.Null);

    [TestCase("*.md", "README.md", true)]
    [TestCase("*.md", "docs/README.md", false)]
    [TestCase("**/*.md", "docs/deep/README.md", true)]
    [TestCase("**/*.md", "README.md", true)]
    [TestCase("docs/**", "docs/a/b", true)]
    [TestCase("model-?.bin", "model-1.bin", true)]
    [TestCase("a+b(c).txt", "a+b(c).txt", true)]
    [TestCase("a.c", "abc", false)]
    [TestCase("docs/**", "docs", false)]
    [TestCase("docs/**", "other/a", false)]
    [TestCase("**", "a/b/c", true)]
    [TestCase("a/**/b/*.md", "a/b/x.md", true)]
    [TestCase("a/**/b/*.md", "a/b/b/c/b/x.md", true)]
    [TestCase("a/**/b/*.md", "a/b/c/x.md", false)]
    [TestCase("*/*.md", "README.md", false)]
    [TestCase("a*b*c", "axxbyyc", true)]
    [TestCase("a*b*c", "axxbyyd", false)]
    [TestCase("README.md", "readme.md", false)]
    public void Globs_match_as_shells_do(string glob, string name, bool matches) =>
        Assert.That(FileGlob.TryParse(glob, out _)!.Matches(RelativePath.TryParse(name, out _)!), Is.EqualTo(matches));

    [Test]
    public void Ranges_join_and_say_what_is_missing()
    {
        var ranges = new RangeSet();
        ranges.Add(10, 20);
        ranges.Add(30, 40);
        Assert.That(ranges.Frontier, Is.Zero);
        Assert.That(ranges.Missing(0, 50), Is.EqualTo(new[] { (0L, 10L), (20L, 30L), (40L, 50L) }));
        ranges.Add(20, 30);
        ranges.Add(0, 10);
        Assert.That((ranges.Frontier, ranges.Total), Is.EqualTo((40L, 40L)));
        Assert.That(ranges.Missing(0, 50, piece: 4), Is.EqualTo(new[] { (40L, 44L), (44L, 48L), (48L, 50L) }));
        Assert.That(ranges.Missing(5, 45), Is.EqualTo(new[] { (40L, 45L) }));
        Assert.That(ranges.Missing(5, 35), Is.Empty);
        Assert.That(ranges.Covers(5, 40) && !ranges.Covers(5, 41));
    }

    [Test]
    public void A_journal_survives_a_torn_line()
    {
        using var scratch = new ScratchDirectory();
        File.WriteAllText(scratch["j"], "0 10\n20 30\n30 4");
        using (var journal = RangeJournal.Open(scratch["j"], 100, out var written))
        {
            Assert.That(written.Missing(0, 30), Is.EqualTo(new[] { (10L, 20L) }));
            journal.Add(10, 20);
        }

        Assert.That(RangeJournal.Read(scratch["j"], 100).Frontier, Is.EqualTo(30));
        Assert.That(RangeJournal.Read(scratch["j"], 15).Total, Is.EqualTo(10), "beyond the file counts for nothing");
    }

    [Test]
    public void Pauses_grow_and_keep_what_was_asked()
    {
        var patience = Patience.Default;
        Assert.That(patience.Pause(1, null), Is.EqualTo(TimeSpan.FromSeconds(1)));
        Assert.That(patience.Pause(3, null), Is.EqualTo(TimeSpan.FromSeconds(4)));
        Assert.That(patience.Pause(30, null), Is.EqualTo(TimeSpan.FromSeconds(30)));
        Assert.That(patience.Pause(1, TimeSpan.FromSeconds(90)), Is.EqualTo(TimeSpan.FromSeconds(90)));
        Assert.That(patience.Pause(1, TimeSpan.FromDays(1)), Is.EqualTo(TimeSpan.FromMinutes(5)));
    }
}
