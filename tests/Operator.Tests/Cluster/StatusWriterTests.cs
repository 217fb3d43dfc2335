using System.Globalization;
using System.Net;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Cluster;
using GemmaOperator.Owners;
using GemmaOperator.Runtime.Contracts;
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

    /// <summary>Kind: a cache is behind what was written, or two processes lead; what was announced stays.</summary>
    [Test]
    public void A_status_is_only_written_over_the_one_that_was_decided_upon()
    {
        var api = new VersionedApi(At("11", attempts: 2));
        Assert.That(
            () => new StatusWriter(api).WriteAsync(At("10"), new() { Attempts = 1 }, CancellationToken.None),
            Throws.TypeOf<KubeApiException>().With.Property(nameof(KubeApiException.IsConflict)).True
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(api.There!.Status?.Attempts, Is.EqualTo(2));
            Assert.That(api.Demanded, Is.EqualTo(new[] { "10" }));
        }
    }

    /// <summary>Kind: something writes annotations every second, and a pass takes two.</summary>
    [Test]
    public async Task A_change_of_the_rest_of_the_object_is_no_conflict()
    {
        var api = new VersionedApi(At("11"));
        await new StatusWriter(api).WriteAsync(At("10"), new() { Attempts = 1 }, CancellationToken.None);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(api.There!.Status?.Attempts, Is.EqualTo(1));
            Assert.That(api.Demanded, Is.EqualTo(new[] { "10", "11" }));
        }
    }

    [Test]
    public void Nor_is_one_that_was_deleted_or_made_anew_written()
    {
        var another = At("11");
        another.Metadata.Uid = "another";
        foreach (var there in new[] { another, null })
        {
            Assert.That(
                () =>
                    new StatusWriter(new VersionedApi(there)).WriteAsync(
                        At("10"),
                        new() { Attempts = 1 },
                        CancellationToken.None
                    ),
                Throws.TypeOf<KubeApiException>()
            );
        }
    }

    [Test]
    public async Task What_follows_a_write_of_the_same_pass_demands_the_version_that_it_led_to()
    {
        var api = new VersionedApi(null);
        var writer = new StatusWriter(api);
        var image = A.BaseImage();
        image.Metadata.ResourceVersion = "10";
        api.Image = image;
        var left = await writer.WriteFirstAsync(
            image,
            new GemmaBaseImageStatus { NextBuild = OwnBuilds.Announce(A.Build(1)) },
            CancellationToken.None
        );
        await writer.WriteAsync(left, left.Status! with { BuildCounter = 1 }, CancellationToken.None);
        Assert.That(api.Demanded, Is.EqualTo(new[] { "10", "11" }));
    }

    private static GemmaBuild At(string version, int? attempts = null)
    {
        var build = A.Build(1);
        build.Metadata.ResourceVersion = version;
        return attempts is { } count ? build with { Status = new GemmaBuildStatus { Attempts = count } } : build;
    }

    /// <summary>Holds one object, whose version is a condition of each write and grows with it.</summary>
    private sealed class VersionedApi(GemmaBuild? there) : ScriptedApi
    {
        public GemmaBuild? There { get; private set; } = there;

        public GemmaBaseImage? Image { get; set; }

        public List<string?> Demanded { get; } = [];

        public override Task<T?> GetAsync<T>(string? ns, string name, CancellationToken cancellationToken)
            where T : class => Task.FromResult((There as T) ?? (Image as T));

        public override Task<T> ApplyStatusAsync<T>(T body, CancellationToken cancellationToken)
        {
            Demanded.Add(body.Metadata.ResourceVersion);
            var now = (body is GemmaBuild ? There?.Metadata : Image?.Metadata)?.ResourceVersion;
            if (now != body.Metadata.ResourceVersion)
            {
                throw new KubeApiException(
                    "modified",
                    new KubeRequest("patch", "gemmabuilds", "ml", body.Metadata.Name)
                )
                {
                    Code = HttpStatusCode.Conflict,
                };
            }

            body.Metadata.ResourceVersion = (int.Parse(now!, CultureInfo.InvariantCulture) + 1).ToString(
                CultureInfo.InvariantCulture
            );
            There = body as GemmaBuild ?? There;
            Image = body as GemmaBaseImage ?? Image;
            return Task.FromResult(body);
        }
    }

    private sealed class SlowApi : ScriptedApi
    {
        private readonly TaskCompletionSource<string> _answer = new();

        public void Answer(string version) => _answer.SetResult(version);

        public override async Task<T> ApplyStatusAsync<T>(T body, CancellationToken cancellationToken)
        {
            body.Metadata.ResourceVersion = await _answer.Task;
            return body;
        }
    }
}
