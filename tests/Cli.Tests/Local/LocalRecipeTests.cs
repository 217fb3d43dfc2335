using System.Formats.Tar;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Text;
using k8s.Models;
using KubectlGemma.Local;

namespace Cli.Tests.Local;

/// <summary>What an engine is asked for is what the operator's Job has.</summary>
public sealed class LocalRecipeTests
{
    private static readonly string Digest = "sha256:" + new string('d', 64);

    [Test]
    public async Task The_context_holds_what_the_operators_ConfigMap_holds()
    {
        var rendered = await LocalBuilds.RenderAsync(Recordings.Manifest);
        var expected = rendered.Objects.OfType<V1ConfigMap>().Single().Data;
        using var archive = ContextArchive.Of(LocalBuilds.Recipe(rendered.Build).Context());
        using var tar = new TarReader(archive);
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        while (tar.GetNextEntry() is { } entry)
        {
            using var text = new StreamReader(entry.DataStream!);
            files.Add(entry.Name, text.ReadToEnd());
            Assert.That(entry.ModificationTime, Is.EqualTo(DateTimeOffset.UnixEpoch), "or nothing is cached");
        }

        Assert.That(files, Is.EqualTo(expected));
        Assert.That(files["Dockerfile"], Is.EqualTo(rendered.Dockerfile));
    }

    [Test]
    public async Task The_builder_gets_the_operators_arguments_and_labels()
    {
        var rendered = await LocalBuilds.RenderAsync(Recordings.Manifest);
        var job = rendered.Objects.OfType<V1Job>().Single();
        var flags = KanikoFlagsOf(job);
        var asked = LocalBuilds.Recipe(rendered.Build, Digest).ForEngine();
        Assert.Multiple(() =>
        {
            Assert.That(
                asked.BuildArgs!.Keys,
                Is.EquivalentTo(Named(flags, "--build-arg=").Select(a => a.Split('=')[0]))
            );
            Assert.That(asked.BuildArgs!["BASE_IMAGE"], Is.EqualTo($"registry.example/base@{Digest}"));
            Assert.That(
                asked.Labels!.Keys.Order(StringComparer.Ordinal),
                Is.EqualTo(
                    Named(flags, "--label=")
                        .Select(l => l.Split('=')[0])
                        .Except(["gemmaoperator.io/build-number", "org.opencontainers.image.version"])
                        .Append("gemmaoperator.io/local")
                        .Order(StringComparer.Ordinal)
                )
            );
            Assert.That(asked.Platform, Is.EqualTo("linux/amd64"));
            Assert.That(asked.Version, Is.EqualTo("1"));
        });
    }

    [Test]
    public async Task Kaniko_gets_the_Jobs_arguments_but_for_where_the_result_goes()
    {
        var rendered = await LocalBuilds.RenderAsync(
            Recordings.Manifest.Replace(
                "output:",
                "build: {isolation: Legacy, cache: {mode: None}}\n  output:",
                StringComparison.Ordinal
            )
        );
        var job = rendered.Objects.OfType<V1Job>().Single().Spec.Template.Spec.Containers[0];
        var recipe = LocalBuilds.Recipe(rendered.Build, Digest);
        var container = recipe.ForKaniko(["registry.example"]);
        string[] where =
        [
            "--destination=",
            "--digest-file=",
            "--tar-path=",
            "--no-push",
            "--insecure-registry=",
            "--label=",
        ];
        Assert.Multiple(() =>
        {
            Assert.That(
                container.Cmd!.Where(a => !where.Any(a.StartsWith)),
                Is.EqualTo(job.Args.Select(PodText.Read).Where(a => !where.Any(a.StartsWith)))
            );
            Assert.That(container.Cmd, Has.Member("--no-push").And.Member("--insecure-registry=registry.example"));
            Assert.That(container.Cmd, Has.Member("--tar-path=/scratch/image.tar"));
            Assert.That(container.Cmd, Has.None.Contains("build-number"));
            Assert.That(container.Image, Is.EqualTo(job.Image));
            Assert.That(container.Env, Is.EqualTo(job.Env.Select(e => $"{e.Name}={e.Value}")));
            Assert.That(container.HostConfig!.CapDrop, Is.EqualTo(job.SecurityContext.Capabilities.Drop));
            Assert.That(container.HostConfig.CapAdd, Is.EqualTo(job.SecurityContext.Capabilities.Add));
            Assert.That(container.HostConfig.Privileged, Is.False);
        });
    }

    [Test]
    public async Task The_check_is_the_operators_and_as_confined()
    {
        var rendered = await LocalBuilds.RenderAsync(Recordings.Manifest);
        var id = "sha256:" + new string('c', 64);
        var check = CheckRecipe.For(rendered.Build, id, rendered.Build.Spec!.Template.Verification!, "none");
        Assert.Multiple(() =>
        {
            Assert.That(check.Image, Is.EqualTo(id));
            Assert.That(check.Entrypoint, Is.EqualTo(["python3", "-c"]));
            Assert.That(check.Cmd![0], Is.EqualTo(GemmaOperator.Builds.Steps.Verify.VerifyProgram.Text));
            Assert.That(check.Cmd![1], Does.Contain("\"imports\":[\"torch\"]").And.Contain("/dev/null"));
            Assert.That(check.User, Is.Empty, "it is the image's own");
            Assert.That(check.HostConfig!.ReadonlyRootfs, Is.True);
            Assert.That(check.HostConfig.CapDrop, Is.EqualTo(["ALL"]));
            Assert.That(check.HostConfig.SecurityOpt, Is.EqualTo(["no-new-privileges"]));
            Assert.That(check.HostConfig.Tmpfs!["/tmp"], Does.Contain("size=2147483648"));
        });
    }

    [TestCase(
        "requirements: {",
        "requirements: {indexURL: \"https://pip.example/simple\", indexCredentialsRef: {name: netrc}, ",
        true,
        "spec.requirements.indexCredentialsRef: the Secret netrc"
    )]
    [TestCase("output:", "build: {caBundleRef: {name: ca}}\n  output:", false, "spec.build.caBundleRef: ")]
    public async Task What_cant_be_the_same_is_refused_by_its_field(
        string right,
        string other,
        bool isKaniko,
        string told
    )
    {
        var rendered = await LocalBuilds.RenderAsync(
            Recordings.Manifest.Replace(right, other, StringComparison.Ordinal)
        );
        Assert.That(
            LocalLimits.Refusal(rendered.Build, isKaniko ? Executor.Kaniko : Executor.Engine),
            Does.StartWith(told)
        );
    }

    [Test]
    public async Task Heredocs_are_Kanikos()
    {
        var rendered = await LocalBuilds.RenderAsync(
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: own}
            data:
              Dockerfile: |
                ARG BASE_IMAGE=x
                FROM ${BASE_IMAGE}
                RUN <<EOF
                true
                EOF
            ---

            """
                + Recordings.Manifest.Replace(
                    "requirements: {inline: \"fastapi==0.116.1\\n\"}",
                    "dockerfile: {configMapRef: {name: own}}",
                    StringComparison.Ordinal
                )
        );
        Assert.Multiple(() =>
        {
            Assert.That(
                LocalLimits.Refusal(rendered.Build, Executor.Engine),
                Does.StartWith("spec.dockerfile: line 3 has a heredoc").And.EndWith("--executor kaniko")
            );
            Assert.That(LocalLimits.Refusal(rendered.Build, Executor.Kaniko), Is.Null);
        });
    }

    [Test]
    public async Task What_is_left_out_is_told()
    {
        var rendered = await LocalBuilds.RenderAsync(
            Recordings.Manifest.Replace(
                "verification: {imports: [torch]}",
                "verification: {pullTest: {requireGPU: true}}\n  build: {extraArgs: [--compression=zstd]}",
                StringComparison.Ordinal
            )
        );
        var notes = LocalLimits.Notes(rendered.Build, Executor.Engine).ToList();
        Assert.That(notes, Has.Some.StartWith("spec.verification.pullTest.requireGPU: "));
        Assert.That(notes, Has.Some.StartWith("spec.build.extraArgs: "));
    }

    private static List<string> KanikoFlagsOf(V1Job job) =>
        [
            .. (job.Spec.Template.Spec.InitContainers ?? [])
                .Concat(job.Spec.Template.Spec.Containers)
                .Single(c => c.Name == KanikoJob.Container)
                .Args.Select(PodText.Read),
        ];

    private static IEnumerable<string> Named(IEnumerable<string> flags, string prefix) =>
        flags.Where(f => f.StartsWith(prefix, StringComparison.Ordinal)).Select(f => f[prefix.Length..]);
}
