using KubectlGemma.Output;
using Operator.Tests.Api;

namespace Cli.Tests.Rendering;

/// <summary>
/// What the operator would make of a manifest is shown without a cluster; what it would refuse is told.
/// </summary>
public sealed class RenderTests
{
    private const string Minimal = """
        apiVersion: gemmaoperator.io/v1alpha1
        kind: GemmaBaseImage
        metadata: {name: gemma}
        spec:
          base: {pytorch: "2.10.0", cuda: "12.8", cudnn: "9"}
          requirements: {inline: "fastapi==0.116.1\n"}
          output: {repository: registry.example/team/gemma}
          rollout: {server: {image: "registry.example/team/server:1"}}
        """;

    private static IEnumerable<string> Invalid =>
        Directory
            .EnumerateFiles(Checkout.PathTo("samples"), "invalid-*.yaml")
            .Select(f => Path.GetFileName(f))
            .Order(StringComparer.Ordinal);

    [Test]
    public async Task A_manifest_becomes_its_Dockerfile_Job_and_Deployment()
    {
        var run = await FromAsync(Minimal);
        Assert.Multiple(() =>
        {
            Assert.That(run.Code, Is.Zero, run.Err);
            Assert.That(run.Out, Does.Contain("# gemma: Dockerfile").And.Contain("FROM "));
            Assert.That(run.Out, Does.Contain("kind: Job").And.Contain("--context=dir:///workspace"));
            Assert.That(run.Out, Does.Contain("kind: Deployment").And.Contain("kind: Service"));
            Assert.That(run.Out, Does.Contain("registry.example/team/gemma"));
        });
    }

    [Test]
    public async Task Names_and_data_can_be_had_alone()
    {
        var names = await FromAsync(Minimal, "-o", "name");
        var docker = await FromAsync(Minimal, "-o", "jsonpath={[0].dockerfile}");
        Assert.Multiple(() =>
        {
            Assert.That(names.Lines, Has.Member("deployment/gemma"));
            Assert.That(docker.Out, Does.Contain("FROM "));
        });
    }

    [Test]
    public async Task Defaults_of_the_file_and_of_the_operator_count()
    {
        var operators = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(operators, "build: {executorImage: 'registry.example/executor:9'}");
            const string own =
                "\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: gemma-defaults}\ndata:\n"
                + "  defaults.yaml: 'build: {podLabels: {team: ml}}'\n";
            var with = await FromAsync(Minimal + own, "--defaults", operators);
            var wrong = await FromAsync(Minimal + own.Replace("podLabels", "podLabel", StringComparison.Ordinal));
            Assert.Multiple(() =>
            {
                Assert.That(with.Out, Does.Contain("registry.example/executor:9").And.Contain("team: ml"), with.Err);
                Assert.That(wrong.Code, Is.EqualTo(ExitCode.Usage));
                Assert.That(wrong.Err, Does.Contain("ConfigMap gemma-defaults: build.podLabel"));
            });
        }
        finally
        {
            File.Delete(operators);
        }
    }

    [Test]
    public async Task ConfigMaps_are_found_among_the_documents()
    {
        var named = Minimal.Replace(
            "{inline: \"fastapi==0.116.1\\n\"}",
            "{configMapRef: {name: reqs}}",
            StringComparison.Ordinal
        );
        var without = await FromAsync(named);
        var with = await FromAsync(
            named
                + "\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: reqs}\n"
                + "data: {requirements.txt: \"fastapi==0.116.1\"}\n"
        );
        Assert.Multiple(() =>
        {
            Assert.That(without.Code, Is.EqualTo(ExitCode.Usage));
            Assert.That(without.Err, Does.Contain("spec.requirements.configMapRef: ConfigMap reqs isn't in -"));
            Assert.That(with.Out, Does.Contain("fastapi==0.116.1"), with.Err);
        });
    }

    [TestCase(
        "spec:",
        "spec:\n  shedule: \"0 9 * * 1\"",
        "spec.shedule: there is no such field; did you mean schedule?"
    )]
    [TestCase("{name: gemma}", "{name: Gemma_1}", "metadata.name")]
    [TestCase("\"2.10.0\"", "2", "spec.base.pytorch: it is a number; it must be string")]
    [TestCase("registry.example/team/gemma}", "Not A Repository}", "spec.output.repository")]
    [TestCase("kind: GemmaBaseImage", "kind: Deployment", "there is no GemmaBaseImage")]
    [TestCase("kind: GemmaBaseImage", "kind: [", "line ")]
    public async Task A_mistake_is_told_by_its_field(string right, string wrong, string told)
    {
        var run = await FromAsync(Minimal.Replace(right, wrong, StringComparison.Ordinal));
        Assert.Multiple(() =>
        {
            Assert.That(run.Code, Is.EqualTo(ExitCode.Usage));
            Assert.That(run.Err, Does.Contain(told));
            Assert.That(run.Err.TrimEnd().Split('\n'), Has.Length.EqualTo(1));
            Assert.That(run.Out, Is.Empty);
        });
    }

    [TestCase("nowhere.yaml")]
    [TestCase(".")]
    public async Task A_file_that_is_none_is_told(string path)
    {
        var run = await Run.Async("render", "-f", path);
        Assert.That(run.Code, Is.EqualTo(ExitCode.Usage));
        Assert.That(run.Err, Does.StartWith($"kubectl-gemma: -f {path}"));
    }

    [Test]
    [Platform("Linux")]
    public async Task A_file_without_an_end_is_read_no_further()
    {
        var run = await Run.Async("render", "-f", "/dev/zero");
        Assert.That(run.Code, Is.EqualTo(ExitCode.Usage));
        Assert.That(run.Err, Does.Contain("-f /dev/zero: it is larger than 30 MiB"));
    }

    [TestCaseSource(nameof(Invalid))]
    public async Task A_sample_with_a_mistake_is_no_crash(string sample)
    {
        var run = await Run.Async("render", "-f", Checkout.PathTo("samples", sample));
        // Some break rules that only the API server knows of: what an operator can't see either is rendered.
        Assert.That(run.Code, Is.EqualTo(ExitCode.Usage).Or.Zero, run.Err);
        Assert.That(run.Err, Does.Not.Contain("   at "));
    }

    [TestCase("01-gemma-weekly.yaml")]
    [TestCase("03-minimal.yaml")]
    [TestCase("05-artifact-registry.yaml")]
    public async Task A_sample_is_rendered(string sample)
    {
        var run = await Run.Async(
            "render",
            "-f",
            Checkout.PathTo("samples", sample),
            "--server-image",
            "registry.example/team/server:1"
        );
        Assert.That(run.Code, Is.Zero, run.Err);
        Assert.That(run.Out, Does.Contain("kind: Job"));
    }

    private static async Task<Run> FromAsync(string manifest, params string[] more)
    {
        using var input = new StringReader(manifest);
        return await Run.Async(input, ["render", "-f", "-", .. more]);
    }
}
