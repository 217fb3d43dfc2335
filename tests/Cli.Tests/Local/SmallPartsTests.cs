using System.Net.Sockets;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using KubectlGemma.Local;
using KubectlGemma.Local.Engines;
using KubectlGemma.Output;
using Microsoft.Extensions.Time.Testing;
using Operator.Tests.BaseImages.Forecasts;

namespace Cli.Tests.Local;

/// <summary>Sizes, times and costs are read as they are.</summary>
public sealed class SmallPartsTests
{
    private static readonly DateTime Now = PlanningBuilds.Now;

    [Test]
    public async Task An_engine_that_says_nothing_is_not_waited_for()
    {
        using var folder = new Folder();
        var path = folder.Path("hangs.sock");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        socket.Listen();
        var time = new FakeTimeProvider();
        var asked = Engine.ConnectAsync(
            new EngineEndpoint(new Uri($"unix://{path}"), null, "--engine"),
            time,
            CancellationToken.None
        );
        time.Advance(TimeSpan.FromSeconds(15));
        var wrong = (await Assert.ThrowsAsync<CliException>(() => asked))!;
        Assert.That(wrong.Code, Is.EqualTo(ExitCode.NoCluster));
        Assert.That(wrong.Message, Does.Contain("doesn't answer in time"));
    }

    [Test]
    public void A_full_disk_is_no_mistake_in_the_requirements()
    {
        var wrong = StepFailure.Of(
            new ResolvedInputs
            {
                BaseReference = "registry.example/base:1",
                BaseDigest = $"sha256:{new string('0', 64)}",
                InputsHash = "v1-0",
                CacheEpoch = "",
                Dockerfile = PlanningBuilds.Dockerfile,
            },
            "requirements (line 9 of the Dockerfile)",
            new BuildEvent.Failed(1, "exit code 1"),
            "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device\n"
                + "gemma-operator: step requirements failed with exit status 1\n",
            foreign: null
        );
        Assert.That(
            wrong.Message,
            Does.Contain("the engine's disk is full").And.Contain("Errno 28").And.Not.Contain("Change")
        );
    }

    [Test]
    public void Layers_are_named_by_their_instructions_where_each_has_an_entry()
    {
        var layers = LayerSizes.Of(
            PlanningBuilds.Dockerfile,
            [
                ("/bin/sh -c #(nop)  LABEL a=b", 0),
                ("/bin/sh -c #(nop)  USER 1000:1000", 0),
                ("/bin/sh -c pip install -r /r.txt", 70),
                ("/bin/sh -c #(nop) COPY file:0123 in /r.txt", 10),
                ("/bin/sh -c apt-get install curl", 300),
                ("/bin/sh -c #(nop)  ARG CACHE_EPOCH=", 0),
                ("base", 9000),
            ],
            ofBase: 1,
            labels: 1
        );
        Assert.That(
            layers,
            Is.EqualTo(
                (LocalLayer[])
                    [
                        new("RUN apt-get install curl", 300),
                        new("COPY requirements.txt /r.txt", 10),
                        new("RUN pip install -r /r.txt", 70),
                    ]
            )
        );
    }

    [Test]
    public void Layers_of_another_builder_are_named_by_what_it_says()
    {
        var layers = LayerSizes.Of(
            PlanningBuilds.Dockerfile,
            [
                ("RUN gemma-operator: step requirements failed", 7),
                ("COPY requirements.txt /r.txt", 5),
                ("|1 A=b /bin/sh -c make all", 3),
                ("", 2),
            ],
            ofBase: 0,
            labels: 1
        );
        Assert.That(
            layers.Select(l => l.Name),
            Is.EqualTo((string[])["an unnamed step", "RUN make all", "COPY requirements.txt /r.txt", "requirements"])
        );
    }

    [Test]
    public void Steps_take_their_time()
    {
        var clock = new StepClock(PlanningBuilds.Dockerfile);
        clock.Begin(1, Now);
        clock.Begin(4, Now.AddSeconds(2));
        clock.FromCache();
        clock.Begin(6, Now.AddSeconds(3));
        Assert.That(clock.Place(clock.Current!), Is.EqualTo("RUN pip install -r /r.txt (line 6 of the Dockerfile)"));
        clock.End(Now.AddSeconds(30));
        Assert.That(
            clock.Steps,
            Is.EqualTo(
                (LocalStep[])
                    [
                        new(1, "ARG BASE_IMAGE=base:1", false, TimeSpan.FromSeconds(2), false),
                        new(4, "RUN apt-get install curl", true, TimeSpan.FromSeconds(1), true),
                        new(6, "RUN pip install -r /r.txt", true, TimeSpan.FromSeconds(27), false),
                    ]
            )
        );
    }

    [Test]
    public void The_saving_is_against_the_last_full_build()
    {
        var full = PlanningBuilds.Build(1, took: ("Build", 600));
        var compared = Compare([full], null, TimeSpan.FromMinutes(1));
        var took = full.Status!.CompletionTime!.Value - full.Status.StartTime!.Value;
        Assert.Multiple(() =>
        {
            Assert.That(compared.Full, Is.EqualTo("gemma-b1"));
            Assert.That(compared.Saved, Is.EqualTo(took - TimeSpan.FromMinutes(1)));
            Assert.That(compared.Unknown, Is.Null);
        });
    }

    [Test]
    public void Without_a_cluster_the_saving_is_unknown()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Compare([], "nobody answers", TimeSpan.Zero).Unknown, Is.EqualTo("nobody answers"));
            Assert.That(Compare([], null, TimeSpan.Zero).Unknown, Does.StartWith("the cluster has no build"));
            Assert.That(Compare([], null, TimeSpan.Zero).InCluster.IsDeclared, Is.True);
        });
    }

    [Test]
    public void Kanikos_log_tells_its_instructions()
    {
        var stream = new KanikoStream(PlanningBuilds.Dockerfile);
        string[] log =
        [
            "time=\"2026-11-29T16:37:11Z\" level=info msg=\"Cmd: USER\"",
            "time=\"2026-11-29T16:37:11Z\" level=info msg=\"RUN apt-get install curl\"",
            "RUN is what a program says",
            "INFO[0009] COPY requirements.txt /r.txt",
            "time=\"2026-11-29T16:37:11Z\" level=info msg=\"RUN pip install -r /r.txt\"",
            "time=\"2026-11-29T16:37:11Z\" level=info msg=\"RUN one more\"",
        ];
        Assert.That(
            log.SelectMany(stream.Read).OfType<BuildEvent.Began>().Select(b => b.Number),
            Is.EqualTo((int[])[4, 5, 6])
        );
    }

    private static LocalComparison Compare(IReadOnlyList<GemmaBuild> builds, string? unknown, TimeSpan took) =>
        LocalComparison.Of(
            PlanningBuilds.Build(9),
            knowsBase: true,
            new CostSpec(),
            new ClusterHistory(builds, unknown),
            took,
            Now
        );
}
