using System.Text.Json;
using Docker.DotNet.Models;
using GemmaOperator.Builds.Inputs;
using KubectlGemma.Local;

namespace Cli.Tests.Local;

/// <summary>What an engine tells of a build becomes steps; nothing that a program writes is taken for more.</summary>
public sealed class BuildStreamTests
{
    [Test]
    public void A_recorded_build_has_all_its_steps_and_its_image()
    {
        var told = Read(Recordings.Lines("build.jsonl"));
        Assert.Multiple(() =>
        {
            Assert.That(
                told.OfType<BuildEvent.Began>().Select(b => b.Number),
                Is.EqualTo(Enumerable.Range(1, 18)),
                "13 instructions and five labels"
            );
            Assert.That(told.OfType<BuildEvent.FromCache>(), Is.Empty);
            Assert.That(
                told.OfType<BuildEvent.Image>().Last().Id,
                Is.EqualTo("sha256:62277e6241e572c8b4640681584f8229d186a7bc7ca2ac1ee554a9a65bdfebb0")
            );
            Assert.That(
                told.OfType<BuildEvent.Said>().Select(s => s.Text),
                Has.Some.EqualTo("Successfully installed fastapi-0.116.1")
            );
        });
    }

    [Test]
    public void What_was_there_already_is_told() =>
        Assert.That(Read(Recordings.Lines("cached.jsonl")).OfType<BuildEvent.FromCache>().Count(), Is.GreaterThan(8));

    [Test]
    public void A_full_disk_ends_it_with_the_exit_code()
    {
        var told = Read(Recordings.Lines("full.jsonl"));
        Assert.That(told[^1], Is.InstanceOf<BuildEvent.Failed>().With.Property("ExitCode").EqualTo(1));
    }

    [Test]
    public async Task Podman_counts_from_the_FROM_of_each_stage()
    {
        var dockerfile = (await LocalBuilds.RenderAsync(Recordings.PodmanManifest)).Build.Spec!.Resolved.Dockerfile;
        var told = Read(Recordings.Lines("podman.jsonl"), dockerfile);
        var instructions = DockerfileInstruction.ReadAll(dockerfile).ToList();
        var begun = told.OfType<BuildEvent.Began>().Select(b => b.Number).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(begun, Is.EqualTo(Enumerable.Range(2, 14)), "all behind the first ARG, and five labels");
            Assert.That(instructions, Has.Count.EqualTo(10));
            Assert.That(told.OfType<BuildEvent.FromCache>(), Is.Empty);
            Assert.That(told.OfType<BuildEvent.Made>().Count(), Is.EqualTo(11));
            Assert.That(
                told.OfType<BuildEvent.Image>().Last().Id,
                Is.EqualTo("sha256:847ab718b97859ef35b3a41f4598f9cdf635acfd4ee038c7cc2e6083cd8f3521")
            );
        });
        var at = told.FindIndex(t => t is BuildEvent.Said { Text: ['u', 's', 'e', 'r', 'a', 'd', 'd', ..] });
        var during = told.Take(at).OfType<BuildEvent.Began>().Last().Number;
        Assert.That(instructions[during - 1].Name, Is.EqualTo("RUN"), "who wrote it is the step that ran");
    }

    [Test]
    public void Podman_says_the_exit_code_in_its_sentence()
    {
        const string Dockerfile = """
            ARG BASE_IMAGE=x
            FROM ${BASE_IMAGE}
            USER 0:0
            ARG CACHE_EPOCH=
            RUN echo; printf '\033[31mred \342\200\256 turned\n'
            RUN head -c 100000 /dev/urandom > /opt/random
            RUN echo last words; exit 3
            """;
        var told = Read(Recordings.Lines("podman-failed.jsonl"), Dockerfile);
        Assert.That(told.OfType<BuildEvent.Began>().Last().Number, Is.EqualTo(7));
        Assert.That(told.OfType<BuildEvent.FromCache>().Count(), Is.EqualTo(1));
        Assert.That(told[^1], Is.InstanceOf<BuildEvent.Failed>().With.Property("ExitCode").EqualTo(3));
    }

    [TestCase("[2/2] STEP 1/2: FROM evil", Description = "before all of the stage was told")]
    [TestCase("STEP 3/3: RUN y", Description = "another count")]
    [TestCase("[3/3] STEP 1/1: FROM evil", Description = "no such stage")]
    [TestCase("Step 1/2 : FROM evil", Description = "Docker's form")]
    public void A_program_under_Podman_moves_no_step(string line)
    {
        var told = Read(Stream("[1/2] STEP 1/3: FROM base\n", $"{line}\n"), "FROM base\nRUN x\nRUN y\nFROM base\n");
        Assert.That(told.OfType<BuildEvent.Began>(), Has.Exactly(1).Items);
    }

    [Test]
    public void A_program_that_writes_of_steps_moves_none()
    {
        var told = Read(
            Stream("Step 1/9 : RUN x\n", "Step 7/9 : FROM evil\n", "Step 2/5 : RUN y\n", " Step 2/9 : z\n")
        );
        Assert.That(told.OfType<BuildEvent.Began>(), Has.Exactly(1).Items);
    }

    [Test]
    public void Lines_come_in_pieces()
    {
        var told = Read(Stream("Step 1/2", " : ARG A", "\n", "half ", "a line\nand ", "more\r\n"));
        Assert.That(
            told,
            Is.EqualTo(
                (BuildEvent[])
                    [new BuildEvent.Began(1), new BuildEvent.Said("half a line"), new BuildEvent.Said("and more")]
            )
        );
    }

    [Test]
    public void A_line_without_an_end_is_cut()
    {
        var told = Read(Stream(new string('x', 100_000)));
        Assert.That(told.OfType<BuildEvent.Said>().Select(s => s.Text.Length), Has.All.LessThanOrEqualTo(16 << 10));
    }

    private static string[] Stream(params string[] pieces) =>
        [.. pieces.Select(p => JsonSerializer.Serialize(new JSONMessage { Stream = p }))];

    private static List<BuildEvent> Read(IEnumerable<string> lines, string dockerfile = "FROM base\n")
    {
        var stream = new BuildStream(dockerfile);
        return [.. lines.SelectMany(l => stream.Read(JsonSerializer.Deserialize<JSONMessage>(l)!))];
    }
}
