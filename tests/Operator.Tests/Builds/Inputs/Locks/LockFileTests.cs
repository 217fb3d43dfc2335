using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Inputs.Locks;
using GemmaOperator.Builds.Inputs.Pip;
using GemmaOperator.Text;

namespace Operator.Tests.Builds.Inputs.Locks;

/// <summary>What a lock comes to, and what isn't one.</summary>
internal sealed class LockFileTests
{
    private const string Field = "spec.requirements.inline";

    private static readonly LockTerms Terms = new([""], "2.10.0", [Platform.LinuxAmd64]);

    [Test]
    public void A_lock_is_one_line_a_package_with_the_hashes_of_what_the_image_can_run() =>
        Assert.That(
            Parse(ALock.Universal).Value.Render(),
            Is.EqualTo(
                $"colorama==0.4.6 ; sys_platform == 'win32' --hash=sha512:{new string('d', 128)}\n"
                    + $"numpy==2.1.0 ; python_version >= '3.10' --hash=sha256:{ALock.Hash('a')} "
                    + $"--hash=sha256:{ALock.Hash('b')}\n"
                    + $"typing-extensions==4.15.0 --hash=sha256:{ALock.Hash('e')}\n"
                    + "# requires-python: <4,>=3.10\n"
                    + "# environment: sys_platform == 'linux' and platform_machine == 'x86_64'\n"
                    + "# environment: sys_platform == 'win32'\n"
            )
        );

    [Test]
    public void Each_line_leads_back_to_where_the_package_is_locked() =>
        Assert.That(Parse(ALock.Universal).Value.SourceLines(), Is.EqualTo([20, 7, 29]));

    [Test]
    public void An_image_of_two_platforms_has_the_wheels_of_both() =>
        Assert.That(
            LockFile
                .Parse(ALock.Universal, Field, Terms with { Platforms = [Platform.LinuxAmd64, Platform.LinuxArm64] })
                .Value.Requirements[0]
                .Hashes,
            Is.EqualTo([$"sha256:{ALock.Hash('a')}", $"sha256:{ALock.Hash('b')}", $"sha256:{ALock.Hash('c')}"])
        );

    [Test]
    public void Other_spacing_order_comments_line_ends_and_a_byte_order_mark_are_the_same_lock()
    {
        var (a, b) = (ALock.Package("a", "1"), ALock.Package("b", "2"));
        var one = Parse(ALock.Of(a, b)).Value.Canonical();
        var other = "\uFEFF# made today\r\n" + ALock.Of(b, a).Replace("\n", "\r\n", StringComparison.Ordinal);
        Assert.That(Parse(other).Value.Canonical(), Is.EqualTo(one));
    }

    [Test]
    public void What_pip_is_given_reads_as_the_same_requirements()
    {
        var file = Parse(ALock.Universal).Value;
        var again = RequirementsFile.Parse(file.Render(), "f", requireHashes: true).Value;
        Assert.That(
            again.Render(),
            Is.EqualTo(string.Concat(file.Requirements.Select(r => r + "\n").Order(StringComparer.Ordinal)))
        );
    }

    [Test]
    public void One_name_with_markers_that_differ_is_two_cases() =>
        Assert.That(
            Parse(
                ALock.Of(
                    ALock.Package("a", "1", "marker = \"python_version < '3.11'\""),
                    ALock.Package("a", "2", "marker = \"python_version >= '3.11'\"")
                )
            ).Value.Requirements,
            Has.Count.EqualTo(2)
        );

    [TestCase("2.10.0")]
    [TestCase("2.10")]
    [TestCase("2.10.0+cu128")]
    public void Torch_as_the_base_has_it_may_be_locked(string version) =>
        Assert.That(Parse(ALock.Of(ALock.Package("torch", version))).Problems, Is.Empty);

    [TestCase("https://pypi.org/simple/", Description = "what stands in its place has its files")]
    [TestCase("https://Mirror.example/simple/")]
    [TestCase("https://extra.example/simple")]
    public void A_package_of_an_index_of_the_spec_is_taken(string index) =>
        Assert.That(
            LockFile
                .Parse(
                    ALock.Of(ALock.Package("a", "1", $"index = \"{index}\"")),
                    Field,
                    Terms with
                    {
                        Indexes = ["https://mirror.example/simple", "https://extra.example/simple"],
                    }
                )
                .Problems,
            Is.Empty
        );

    [Test]
    public void A_minor_version_of_tomorrow_is_read_and_the_build_says_so() =>
        Assert.That(
            Parse(ALock.Of(ALock.Package("a", "1")).Replace("1.0", "1.3", StringComparison.Ordinal)).Value.Render(),
            Does.EndWith("# lock-version: 1.3\n")
        );

    [Test]
    public void A_text_in_another_encoding_is_named() =>
        Assert.That(Parse("l\0o\0c\0k\0").Problems.Single().ToString(), Does.Contain("UTF-8"));

    [Test]
    public void Bombs_are_one_short_sentence()
    {
        string[] bombs =
        [
            "a = " + new string('[', 400_000),
            string.Join('.', Enumerable.Repeat("a", 200_000)) + " = 1\n",
            $"[{string.Join('.', Enumerable.Repeat("a", 200_000))}]\n",
            "a = " + string.Concat(Enumerable.Repeat("{a=", 200_000)),
            "a = " + new string('9', 500_000) + "\n",
            new string('x', LockFile.MaxBytes + 1),
            ALock.Head + string.Concat(Enumerable.Repeat("[[packages]]\nname=\"a\"\nversion=\"1\"\n", 25_000)),
            ALock.Head + string.Concat(Enumerable.Repeat("[[packages]]\nx=1\n", 3_000)),
        ];
        foreach (var bomb in bombs)
        {
            var problems = Parse(bomb).Problems;
            Assert.That(problems, Has.Count.InRange(1, RequirementsFile.MaxProblems));
            Assert.That(problems.Max(p => p.ToString().Length), Is.LessThan(500));
        }
    }

    [Test]
    public void A_lock_of_everything_there_is_for_PyTorch_fits_a_build()
    {
        string[] systems = ["win_amd64", "macosx_11_0_arm64", "manylinux_2_28_aarch64", "manylinux_2_28_x86_64"];
        var text = ALock.Of([
            .. Enumerable
                .Range(0, 300)
                .Select(i =>
                    ALock.Bare(
                        $"package-{i}",
                        "1.0",
                        "wheels = ["
                            + string.Join(
                                ", ",
                                from python in Enumerable.Range(9, 5)
                                from system in systems
                                select ALock.Wheel(
                                    $"package_{i}-1.0-cp3{python}-cp3{python}-{system}.whl",
                                    $"{i:x8}{python:x8}{system.Length:x48}"
                                )
                            )
                            + "]"
                    )
                ),
        ]);
        Assert.That(text, Has.Length.GreaterThan(1_000_000));
        // What a ConfigMap has room for.
        var file = Parse(text[..text.LastIndexOf("[[packages]]", 1_000_000, StringComparison.Ordinal)]).Value;
        Assert.That(file.Render(), Has.Length.LessThan(RequirementsFile.MaxBytes / 2));
    }

    [Test]
    public void More_hashes_than_a_build_carries_are_named()
    {
        var package = ALock.Bare(
            "a",
            "1",
            "wheels = ["
                + string.Join(
                    ", ",
                    Enumerable
                        .Range(0, 7_000)
                        .Select(i => $"{{name=\"a-1-py3-none-any.whl\",hashes={{sha256=\"{i:x64}\"}}}}")
                )
                + "]"
        );
        Assert.That(Parse(ALock.Of(package)).Problems.Single().Problem, Does.Contain("bytes"));
    }

    private static Parsed<RequirementsFile> Parse(string text) => LockFile.Parse(text, Field, Terms);
}
