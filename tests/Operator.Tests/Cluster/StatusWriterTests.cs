using GemmaOperator.Api.Builds;
using GemmaOperator.Cluster;
using Operator.Tests.Runtime;

namespace Operator.Tests.Cluster;

/// <summary>Own writes are known again, and those of others aren't taken for them.</summary>
internal sealed class StatusWriterTests
{
    [TestCase("10", false)]
    [TestCase("11", true)]
    public async Task A_write_of_somebody_else_that_is_seen_before_our_answer_leads_to_another_pass(
        string last,
        bool isOvertaken
    )
    {
        var api = new SlowApi();
        var writer = new StatusWriter(api);
        var write = writer.WriteAsync(A.Build(1), new GemmaBuildStatus { Attempts = 1 }, CancellationToken.None);
        Assert.That(writer.HasWritten(At("10")) && writer.HasWritten(At(last)), "nobody knows yet whose it is");

        api.Answer("10");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await write, Is.EqualTo(isOvertaken));
            Assert.That(writer.HasWritten(At("10")));
            Assert.That(writer.HasWritten(At("11")), Is.False);
        }
    }

    [Test]
    public async Task A_new_term_knows_no_writes_of_an_earlier_one()
    {
        var api = new SlowApi();
        var writer = new StatusWriter(api);
        api.Answer("10");
        await writer.WriteAsync(A.Build(1), new GemmaBuildStatus { Attempts = 1 }, CancellationToken.None);
        writer.Reset();
        Assert.That(writer.HasWritten(At("10")), Is.False);
    }

    /// <summary>Kind: a cache is behind what was written; what was announced must not be undone.</summary>
    [Test]
    public async Task What_may_be_older_than_the_newest_write_is_only_written_as_it_was_read()
    {
        var api = new SlowApi();
        var writer = new StatusWriter(api);
        api.Answer("10");
        await writer.WriteAsync(At("9"), new GemmaBuildStatus { Attempts = 1 }, CancellationToken.None);
        await writer.WriteAsync(At("10"), new GemmaBuildStatus { Attempts = 2 }, CancellationToken.None);
        writer.Reset();
        await writer.WriteAsync(At("11"), new GemmaBuildStatus { Attempts = 3 }, CancellationToken.None);
        await writer.WriteAsync(At("9"), new GemmaBuildStatus { Attempts = 4 }, CancellationToken.None);
        await writer.WriteAsync(At("12"), new GemmaBuildStatus { Attempts = 5 }, CancellationToken.None);
        Assert.That(api.Demanded, Is.EqualTo(new[] { "9", null, "11", "9", null }), "\"9\" is before our own \"10\"");
    }

    [Test]
    public void So_does_the_one_after_a_write_that_failed()
    {
        var api = new SlowApi();
        var writer = new StatusWriter(api);
        api.Fail();
        Assert.That(
            () => writer.WriteAsync(At("9"), new GemmaBuildStatus { Attempts = 1 }, CancellationToken.None),
            Throws.TypeOf<IOException>()
        );
        Assert.That(
            () => writer.WriteAsync(At("10"), new GemmaBuildStatus { Attempts = 1 }, CancellationToken.None),
            Throws.TypeOf<IOException>()
        );
        Assert.That(api.Demanded, Is.EqualTo(new[] { "9", "10" }));
    }

    private static GemmaBuild At(string version)
    {
        var build = A.Build(1);
        build.Metadata.ResourceVersion = version;
        return build;
    }

    private sealed class SlowApi : ScriptedApi
    {
        private readonly TaskCompletionSource<string> _answer = new();

        public List<string?> Demanded { get; } = [];

        public void Answer(string version) => _answer.SetResult(version);

        public void Fail() => _answer.SetException(new IOException());

        public override async Task<T> ApplyStatusAsync<T>(T body, CancellationToken cancellationToken)
        {
            Demanded.Add(body.Metadata.ResourceVersion);
            body.Metadata.ResourceVersion = await _answer.Task;
            return body;
        }
    }
}
