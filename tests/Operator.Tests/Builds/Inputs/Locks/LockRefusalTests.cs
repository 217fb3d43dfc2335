using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Inputs.Locks;
using GemmaOperator.Builds.Inputs.Pip;
using GemmaOperator.Text;

namespace Operator.Tests.Builds.Inputs.Locks;

/// <summary>What isn't a lock, or can't be installed as one.</summary>
internal sealed class LockRefusalTests
{
    private const string Field = "spec.requirements.inline";

    private static readonly LockTerms Terms = new([""], "2.10.0", [Platform.LinuxAmd64]);

    private static readonly TestCaseData[] Mistakes =
    [
        Mistake("lock-version = \"2.0\"\npackages = []\n", "lock-version", "\"2.0\" isn't a version of locks"),
        Mistake("created-by = \"x\"\npackages = []\n", "lock-version", "missing"),
        Mistake("lock-version = 1.0\npackages = []\n", "lock-version", "no text"),
        Mistake(ALock.Head, "packages", "missing"),
        Mistake(ALock.Head + "packages = 3\n", "packages", "no list"),
        Mistake(ALock.Head + "packages = [\"numpy\"]\n", "packages[0]", "no table"),
        Mistake(ALock.Head + "requires-python = \"3.10\"\npackages = []\n", "requires-python", "version clause"),
        Mistake(ALock.Head + "environments = [\"os == 'x'\"]\npackages = []\n", "environments[0]", "marker"),
        Mistake(
            ALock.Of(
                ALock.Package("a", "1"),
                ALock.Bare("b", "1", "vcs = {type = \"git\", url = \"https://x.example/b\", commit-id = \"1\"}")
            ),
            "packages[1].vcs",
            "source code"
        ),
        Mistake(ALock.Of(ALock.Bare("b", "1", "directory = {path = \".\"}")), "packages[0].directory", "a folder"),
        Mistake(
            ALock.Of(ALock.Bare("b", "1", $"archive = {ALock.Wheel("b-1-py3-none-any.whl")}")),
            "packages[0].archive",
            "an address"
        ),
        Mistake(
            ALock.Of(ALock.Bare("flash-attn", "2.7", $"sdist = {ALock.Wheel("flash_attn-2.7.tar.gz")}")),
            "packages[0].sdist",
            "flash-attn comes as source alone"
        ),
        Mistake(ALock.Of(ALock.Bare("a", "1", "")), "packages[0].wheels", "has none"),
        Mistake(
            ALock.Of(ALock.Bare("a", "1", "wheels = [{name = \"a-1-py3-none-any.whl\"}]")),
            "packages[0].wheels[0].hashes",
            "it has none"
        ),
        Mistake(
            ALock.Of(
                ALock.Bare(
                    "a",
                    "1",
                    "wheels = [{name = \"a-1-py3-none-any.whl\", hashes = {md5 = \"0000000000000000\"}}]"
                )
            ),
            "packages[0].wheels[0].hashes",
            "none of them is a kind"
        ),
        Mistake(
            ALock.Of(ALock.Bare("a", "1", $"wheels = [{ALock.Wheel("a-1-py3-none-any.whl", "abc --hash=x")}]")),
            "packages[0].wheels[0].hashes.sha256",
            "64 hexadecimal digits"
        ),
        Mistake(
            ALock.Of(ALock.Bare("a", "1", $"wheels = [{ALock.Wheel("b-1-py3-none-any.whl")}]")),
            "packages[0].wheels[0].name",
            "isn't the name of a wheel of a"
        ),
        Mistake(
            ALock.Of(ALock.Bare("a", "1", "wheels = [{path = \"./a-1-py3-none-any.whl\"}]")),
            "packages[0].wheels[0].path",
            "a file of the machine"
        ),
        Mistake(
            ALock.Of(ALock.Bare("a", "1", "wheels = [{url = \"http://files.example/a-1-py3-none-any.whl\"}]")),
            "packages[0].wheels[0].url",
            "isn't an https address"
        ),
        Mistake(
            ALock.Of(ALock.Bare("a", "1", "wheels = [{url = \"https://u:p@files.example/a-1-py3-none-any.whl\"}]")),
            "packages[0].wheels[0].url",
            "credentials"
        ),
        Mistake(
            ALock.Of(ALock.Bare("a", "1", $"wheels = [{ALock.Wheel("a-1-cp312-cp312-win_amd64.whl")}]")),
            "packages[0].wheels",
            "none of a is for linux/amd64"
        ),
        Mistake(
            ALock.Of(ALock.Package("a", "1", "index = \"https://other.example/simple\"")),
            "packages[0].index",
            "isn't an index of the spec"
        ),
        Mistake(
            ALock.Of(ALock.Package("a", "1", "index = \"https://key@other.example/simple\"")),
            "packages[0].index",
            "credentials"
        ),
        Mistake(
            ALock.Of(ALock.Package("a", "1", "marker = \"'gpu' in extras\"")),
            "packages[0].marker",
            "asks for extras"
        ),
        Mistake(
            ALock.Of(ALock.Package("a", "1", "marker = \"\\\"dev\\\" in dependency_groups\"")),
            "packages[0].marker",
            "asks for dependency_groups"
        ),
        Mistake(
            ALock.Of(ALock.Package("a", "1", "marker = \"os_name == '${HOME}'\"")),
            "packages[0].marker",
            "no line of requirements"
        ),
        Mistake(
            ALock.Of(ALock.Package("a", "1", "marker = \"os_name == 'a # b'\"")),
            "packages[0].marker",
            "no line of requirements"
        ),
        Mistake(ALock.Of(ALock.Package("a", "1", "marker = \"os_name == 'x -e y'\"")), "packages[0]", "isn't"),
        Mistake(ALock.Of(ALock.Package("a", "1", "marker = \"os_name\"")), "packages[0].marker", "marker"),
        Mistake(ALock.Of(ALock.Package("a", "1.*")), "packages[0].version", "isn't one version"),
        Mistake(ALock.Of(ALock.Package("a", "1,<2")), "packages[0].version", "isn't one version"),
        Mistake(ALock.Of(ALock.Package("a>=1", "1")), "packages[0].name", "isn't a package's name"),
        Mistake(ALock.Of(ALock.Package("a[b]", "1")), "packages[0].name", "isn't a package's name"),
        Mistake(ALock.Of(ALock.Package("../a", "1")), "packages[0]", "is an address or a file"),
        Mistake(ALock.Of(ALock.Package("a\\u001B[31m", "1")), "packages[0].name", "control character"),
        Mistake(ALock.Of(ALock.Package("\\u0430", "1")), "packages[0]", "ASCII"),
        Mistake(
            ALock.Of(ALock.Package("torch", "2.9.1")),
            "packages[0].version",
            "torch is \"2.9.1\" here, and the base's \"2.10.0\""
        ),
        Mistake(
            ALock.Of(ALock.Package("a_b", "1"), ALock.Package("A.b", "2")),
            "packages[1].name",
            "a-b is listed twice, here and in spec.requirements.inline packages[0]"
        ),
        Mistake(
            ALock.Of(
                ALock.Package("a", "1", "marker = \"os_name == 'x'\""),
                ALock.Package("a", "2", "marker = \"os_name  ==  'x'\"")
            ),
            "packages[1].name",
            "listed twice"
        ),
        Mistake(ALock.Of(ALock.Package("a", "1", "version = \"2\"")), "line 7", "isn't TOML"),
        Mistake("lock-version = \"1.0\"\nnumpy==1.26\n", "line 2", "isn't TOML"),
        Mistake("fastapi==0.116.1\n", "line 1", "isn't TOML"),
    ];

    [TestCaseSource(nameof(Mistakes))]
    public void What_cannot_be_installed_as_it_is_locked_is_named_by_its_path(string text, string path, string says)
    {
        var problem = Parse(text).Problems.Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(problem.Path, Is.EqualTo($"{Field} {path}"));
            Assert.That(problem.Problem, Does.Contain(says));
            Assert.That(problem.ToString(), Does.Not.Contain("p@files").And.Not.Contain("key@"));
            Assert.That(problem.Remedy, Is.Not.Empty);
        }
    }

    private static Parsed<RequirementsFile> Parse(string text) => LockFile.Parse(text, Field, Terms);

    private static TestCaseData Mistake(string text, string path, string says) =>
        new TestCaseData(text, path, says).SetArgDisplayNames($"{path} {says}");
}
