using System.Text.Json;
using Docker.DotNet.Models;
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
    public void Podman_says_it_in_its_own_form()
    {
        var told = Read(
            Stream("STEP 1/3: FROM base\n", "STEP 2/3: RUN x\n", "--> Using cache 0123456789ab\n", "--> 0123456789ab\n")
        );
        Assert.That(
            told,
            Is.EqualTo(
                (BuildEvent[])
                    [
                        new BuildEvent.Began(1),
                        new BuildEvent.Began(2),
                        new BuildEvent.FromCache(),
                        new BuildEvent.Made("0123456789ab"),
                    ]
            )
        );
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

    private static List<BuildEvent> Read(IEnumerable<string> lines)
    {
        var stream = new BuildStream();
        return [.. lines.SelectMany(l => stream.Read(JsonSerializer.Deserialize<JSONMessage>(l)!))];
    }
}
