using System.Text;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Builds.Inputs.Pip;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Text;

namespace Operator.Tests.Builds.Inputs;

internal sealed class ParsingTests
{
    [Test]
    public void Requirements_are_read_as_pip_reads_them()
    {
        var text =
            "\uFEFF# a comment\nTransformers == 4.57.1  # why\n\nruamel_yaml[B, a]>=1,\\\n"
            + "  <2 ; python_version >= \"3.10\"\r\nnumpy\n"
            + $"six==1.16.0 ; python_version > '3' \\\n    --hash=sha256:{new string('B', 64)} "
            + $"\\\n    --hash=sha256:{new string('a', 64)}\n";
        var file = RequirementsFile.Parse(text, "spec.requirements.inline", requireHashes: false).Value;
        Assert.That(
            file.Render(),
            Is.EqualTo(
                "numpy\n"
                    + "ruamel-yaml[a,b]<2,>=1 ; python_version >= \"3.10\"\n"
                    + $"six==1.16.0 ; python_version > '3' --hash=sha256:{new string('a', 64)} "
                    + $"--hash=sha256:{new string('b', 64)}\n"
                    + "transformers==4.57.1\n"
            )
        );
        Assert.That(file.Requirements.Select(r => r.Line), Is.EqualTo([2, 4, 6, 7]));
    }

    [TestCase("--index-url https://evil", "spec.requirements.indexURL")]
    [TestCase("-ihttps://evil", "spec.requirements.indexURL")]
    [TestCase("--extra-index-url=https://evil", "extraIndexURLs")]
    [TestCase("--find-links /tmp", "extraIndexURLs")]
    [TestCase("--trusted-host evil", "certificate")]
    [TestCase("-e .", "publish the package")]
    [TestCase("-r other.txt", "one text")]
    [TestCase("-c other.txt", "one text")]
    [TestCase("--pre", "leave it out")]
    [TestCase("numpy --index-url https://evil", "indexURL")]
    [TestCase("numpy --global-option=\"x\"", "leave it out")]
    [TestCase("numpy==1.0 --hash=md5:00", "leave it out")]
    [TestCase("git+https://github.com/a/b", "from an index")]
    [TestCase("pkg @ https://host/pkg.whl", "from an index")]
    [TestCase("pkg @ file:///etc/passwd", "from an index")]
    [TestCase("https://host/pkg.whl", "from an index")]
    [TestCase("./pkg", "from an index")]
    [TestCase("pkg.whl", "from an index")]
    [TestCase("numpy;rm -rf /", "isn't an environment marker")]
    [TestCase("numpy==1.0; python_version > '3' ; x", "isn't an environment marker")]
    [TestCase("numpy numpy", "isn't a requirement")]
    [TestCase("numpy=1.0", "isn't a requirement")]
    [TestCase("numpy==", "isn't a requirement")]
    [TestCase("${HOME}", "environment variable in the place of ${HOME}")]
    [TestCase("nu\u0007mpy", "control character")]
    public void A_line_that_is_no_requirement_is_named_with_its_number(string line, string says)
    {
        var problems = RequirementsFile
            .Parse($"# one\nnumpy==1.0\n{line}\n", "spec.requirements.inline", requireHashes: false)
            .Problems;
        Assert.That(problems, Has.Count.EqualTo(1));
        Assert.That(problems[0].Path, Is.EqualTo("spec.requirements.inline line 3"));
        Assert.That(problems[0].ToString(), Does.Contain(says));
    }

    [TestCase("numpy==1.0")]
    [TestCase("numpy>=1.0 --hash=sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [TestCase("numpy==1.* --hash=sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void With_requireHashes_a_requirement_without_a_hash_or_a_pin_is_refused(string line) =>
        Assert.That(
            RequirementsFile.Parse(line, "f", requireHashes: true).Problems[0].Problem,
            Does.Contain("isn't pinned with a hash")
        );

    [Test]
    public void A_megabyte_of_nonsense_gets_a_few_messages_and_soon()
    {
        Assert.That(RequirementsFile.Parse(new string('x', 1 << 20), "f", false).Problems, Has.Count.EqualTo(1));
        Assert.That(
            RequirementsFile.Parse(string.Concat(Enumerable.Repeat("?\n", 200_000)), "f", false).Problems,
            Has.Count.EqualTo(RequirementsFile.MaxProblems)
        );
        Assert.That(
            RequirementsFile.Parse(string.Concat(Enumerable.Repeat("\\\n", 200_000)), "f", false).Problems,
            Is.Empty
        );
        Assert.That(
            RequirementsFile.Parse(new string('a', 500_000), "f", false).Problems[0].Problem,
            Does.Contain("characters in one line")
        );
    }

    [TestCase("curl", "curl")]
    [TestCase("libstdc++6=1:2.0~rc1-3", "libstdc++6=1:2.0~rc1-3")]
    public void A_package_is_a_name_or_a_name_and_a_version(string text, string expected) =>
        Assert.That(SystemPackage.Parse(text, "f").Value.ToString(), Is.EqualTo(expected));

    [TestCase("curl;id")]
    [TestCase("curl\nRUN id")]
    [TestCase("curl\n")]
    [TestCase("--yes")]
    [TestCase("curl-")]
    [TestCase("curl=1-")]
    [TestCase("Curl")]
    [TestCase("curl git")]
    [TestCase("")]
    public void Anything_else_is_no_package(string text) =>
        Assert.That(
            SystemPackage.ParseAll(["git", text], "spec.systemPackages").Problems.Single().Path,
            Is.EqualTo("spec.systemPackages[1]")
        );

    [TestCase("LD_PRELOAD")]
    [TestCase("ld_library_path")]
    [TestCase("BASH_ENV")]
    [TestCase("PYTHONSTARTUP")]
    [TestCase("PATH")]
    [TestCase("1A")]
    [TestCase("A B")]
    [TestCase("A=B")]
    [TestCase("")]
    public void A_variable_that_changes_how_programs_are_loaded_is_refused(string name) =>
        Assert.That(
            BuildEnvironment
                .Parse([new EnvironmentVariable { Name = name, Value = "x" }], "spec.env")
                .Problems.Single()
                .Path,
            Is.EqualTo("spec.env[0].name")
        );

    [TestCase("gemmaoperator.io/inputs-hash")]
    [TestCase("org.opencontainers.image.base.digest")]
    [TestCase("A b")]
    [TestCase("$x")]
    public void A_label_of_the_operators_own_or_of_another_form_is_refused(string key) =>
        Assert.That(
            ImageLabels.Parse(new Dictionary<string, string> { [key] = "x" }, "spec.imageLabels").Problems,
            Has.Count.EqualTo(1)
        );

    [TestCase("--destination=evil/image:1")]
    [TestCase("--context=git://evil")]
    [TestCase("--no-push")]
    [TestCase("--insecure")]
    [TestCase("--skip-tls-verify")]
    [TestCase("--build-arg=BASE_IMAGE=evil")]
    [TestCase("--build-arg=TOKEN")]
    [TestCase("--secret=id=x")]
    [TestCase("--kaniko-dir=/")]
    [TestCase("-d=evil")]
    [TestCase("--snapshot-mode time")]
    [TestCase("--snapshot-mode=fast")]
    [TestCase("--verbosity=info\n--no-push")]
    public void A_flag_outside_of_the_list_is_refused(string flag) =>
        Assert.That(
            KanikoArgs.Parse([flag], "spec.build.extraArgs").Problems.Single().Path,
            Is.EqualTo("spec.build.extraArgs[0]")
        );

    [TestCase(true, "--compression=zstd", "--image-format=docker")]
    [TestCase(false, "--compression=zstd", "--image-format=oci")]
    [TestCase(false, "--compression=zstd", "--image-format=docker", "--image-format=oci")]
    [TestCase(false, "--compression=zstd")]
    public void Flags_that_the_executor_takes_only_apart_are_refused_together(bool refused, params string[] flags) =>
        Assert.That(
            KanikoArgs.Parse(flags, "spec.build.extraArgs").Problems,
            refused ? Has.Count.EqualTo(1) : Is.Empty
        );

    [TestCase("FROM ubuntu", "ARG BASE_IMAGE doesn't stand before")]
    [TestCase("ARG BASE_IMAGE\nFROM ubuntu", "no stage is built on BASE_IMAGE")]
    [TestCase("RUN id", "no FROM")]
    [TestCase("# syntax=evil/frontend\nARG BASE_IMAGE\nFROM $BASE_IMAGE", "# syntax=")]
    [TestCase("# escape=`\nARG BASE_IMAGE\nFROM $BASE_IMAGE", "# escape=")]
    [TestCase("ARG BASE_IMAGE\nFROM $BASE_IMAGE\nRUN id \\", "continued by a backslash")]
    [TestCase("ARG BASE_IMAGE\nFROM $BASE_IMAGE\u0000", "control character")]
    public void A_teams_Dockerfile_that_ignores_its_base_is_refused(string text, string says) =>
        Assert.That(DockerfileText.Parse(text, "f").Problems.Single().Problem, Does.Contain(says));

    [TestCase("http://pypi.org/simple")]
    [TestCase("https://user:secret@pypi.example.com/simple")]
    [TestCase("https://pypi.org/simple --trusted-host x")]
    [TestCase("file:///etc")]
    [TestCase("")]
    public void An_index_is_https_without_credentials(string url)
    {
        var problem = IndexUrl.Parse(url, "f").Problems.Single();
        Assert.That(problem.ToString(), Does.Not.Contain("secret"));
    }

    [Test]
    public void Everything_wrong_with_a_spec_is_said_at_once()
    {
        var spec = BuildExamples.Spec with
        {
            Base = new BaseSpec { Pytorch = "2.10", Cuda = "12.8" },
            SystemPackages = ["a;b"],
            User = new UserSpec
            {
                Name = "root",
                Uid = 0,
                Gid = 1,
            },
            Platforms = [],
        };
        Assert.That(
            ParsedSpec.Parse(spec, null, null).Problems.Select(p => p.Path),
            Is.EqualTo([
                "spec.base.pytorch",
                "spec.base",
                "spec.systemPackages[0]",
                "spec.user.name",
                "spec.user.uid",
                "spec.platforms",
            ])
        );
    }
}
