using GemmaOperator.Builds.Inputs.Pip;

namespace Operator.Tests.Builds.Inputs.Pip;

/// <summary>Requirements mean what they mean to pip; what can't be had is refused with its line.</summary>
internal sealed class RequirementGrammarTests
{
    private static readonly string Hash = new('a', 64);

    [TestCase("numpy==2.0.2 ; python_full_version == '3.9.*'", "numpy==2.0.2 ; python_full_version == '3.9.*'")]
    [TestCase("a==1;platform_version == '#1 SMP, x'", "a==1 ; platform_version == '#1 SMP, x'")]
    [TestCase("a ; python_version in '3.9, 3.10'", "a ; python_version in '3.9, 3.10'")]
    [TestCase("a ; python_version not  in '3.9  3.10'", "a ; python_version not in '3.9  3.10'")]
    [TestCase("a;(python_version>'3'and(os_name=='nt'or'x'in platform_machine))", null)]
    [TestCase("a ; 'linux' == sys_platform", "a ; 'linux' == sys_platform")]
    [TestCase("a ; os.name == \"posix\" or sys.platform=='win32'", "a ; os.name == \"posix\" or sys.platform=='win32'")]
    [TestCase("a ; extra == 'test'", "a ; extra == 'test'")]
    [TestCase("a ; platform_version ~= '5.10'", "a ; platform_version ~= '5.10'")]
    [TestCase("a ;", "a")]
    [TestCase("requests (>=2.8.1, <3)", "requests<3,>=2.8.1")]
    [TestCase("requests[security, Socks] (== 2.8.*) ; python_version < \"2.7\"", null)]
    [TestCase("requests >=2,", "requests>=2")]
    [TestCase("requests[]", "requests")]
    [TestCase("a==1!2.0+Local.1", "a==1!2.0+Local.1")]
    [TestCase("a!=1.0.*,>=1.0rc1,<=2.0.post1,~=1.0.dev3", "a!=1.0.*,<=2.0.post1,>=1.0rc1,~=1.0.dev3")]
    [TestCase("a==v1.0-ALPHA.1-2.dev", "a==v1.0-ALPHA.1-2.dev")]
    [TestCase("a===2004d", "a===2004d")]
    [TestCase("nu\\\nmpy==\\\n1.26.4", "numpy==1.26.4")]
    [TestCase("numpy==1.0\u00A0# why", "numpy==1.0")]
    [TestCase("numpy==1.0\r# mac", "numpy==1.0")]
    [TestCase("A_.B--c", "a-b-c")]
    public void Standards_what_pip_takes_is_taken(string text, string? canonical)
    {
        var parsed = RequirementsFile.Parse(text, "f", requireHashes: false);
        Assert.That(parsed.Problems, Is.Empty);
        var rendered = parsed.Value.Render();
        Assert.That(canonical ?? rendered.TrimEnd('\n'), Is.EqualTo(rendered.TrimEnd('\n')));
        Assert.That(RequirementsFile.Parse(rendered, "f", false).Value.Render(), Is.EqualTo(rendered));
    }

    [TestCase("a==1.0\\\n--hash=sha256:00", "isn't a version")]
    [TestCase("a>=1.*", "write >=1")]
    [TestCase("a~=1", "write >=1, or ~=1.0")]
    [TestCase("a>=1.0+cu128", "write >=1.0")]
    [TestCase("a==2004d", "===")]
    [TestCase("a==1.0 <2", "put a comma")]
    [TestCase("a== 1. 0", "isn't a version")]
    [TestCase("a (>=1", "a bracket isn't closed")]
    [TestCase("a[b,]", "isn't an extra")]
    [TestCase("a[b", "extras aren't closed")]
    [TestCase("a ; python_verson > '3'", "python_version, python_full_version")]
    [TestCase("a ; python_version > 3", "text in quotes")]
    [TestCase("a ; '3' > '2'", "compares two texts")]
    [TestCase("a ; sys_platform ~= 'linux'", "isn't a version")]
    [TestCase("a ; (python_version > '3'", "a bracket isn't closed")]
    [TestCase("a ; python_version > '3' AND os_name == 'nt'", "join comparisons by and, or")]
    [TestCase("a ; python_version > '3' and", "a name or a quoted text is missing")]
    [TestCase("a ; platform_version == 'x #1'", "pip takes \" #\" for a comment")]
    [TestCase("a ; python_version > '3\n", "isn't closed")]
    [TestCase("a==${VERSION}", "${VERSION}")]
    [TestCase("a ; python_version > \u201C3\u201D", "U+201C")]
    [TestCase("\u0430bc", "U+0430")]
    [TestCase("a==1 \\ ", "blank behind its backslash")]
    [TestCase("sub/dir", "address or a file")]
    [TestCase("a==1 --has", "isn't allowed")]
    [TestCase("a --config-settings x=y", "leave it out")]
    [TestCase("--index https://x", "spec.requirements.indexURL")]
    public void Standards_what_can_not_be_had_is_refused_with_its_line(string line, string says)
    {
        var problems = RequirementsFile.Parse($"# one\nb \\\n  ==1\n{line}\n", "f", false).Problems;
        Assert.That(problems[0].Path, Is.EqualTo("f line 4"));
        Assert.That(problems[0].ToString(), Does.Contain(says));
    }

    /// <summary>A fingerprint holds this text: another one would rebuild a fleet.</summary>
    [TestCase("Transformers == 4.57.1", "transformers==4.57.1")]
    [TestCase("a<2 , >= 1\t; python_version  >=\t\"3.10\"", "a<2,>=1 ; python_version >= \"3.10\"")]
    [TestCase("x[B,a_c]>=1.0 ; (os_name == 'a' or os_name=='b')", "x[a-c,b]>=1.0 ; (os_name == 'a' or os_name=='b')")]
    [TestCase("x ; python_version>'3'and os_name!='nt'", "x ; python_version>'3'and os_name!='nt'")]
    public void What_was_accepted_before_keeps_its_text(string text, string canonical) =>
        Assert.That(RequirementsFile.Parse(text, "f", false).Value.Render(), Is.EqualTo(canonical + "\n"));

    [Test]
    public void A_hash_may_be_a_word_of_its_own_or_quoted() =>
        Assert.That(
            RequirementsFile
                .Parse($"a==1 --hash sha256:{Hash} \\\n --hash=\"sha256:{Hash}\"", "f", true)
                .Value.Render(),
            Is.EqualTo($"a==1 --hash=sha256:{Hash}\n")
        );

    [Test]
    public void A_comment_line_ends_a_continuation() =>
        Assert.That(
            RequirementsFile.Parse("numpy \\\n# why\n==1.26.4", "f", false).Problems.Single().Path,
            Is.EqualTo("f line 3")
        );

    [Test]
    public void Standards_one_hash_makes_pip_ask_for_all() =>
        Assert.That(
            RequirementsFile.Parse($"a==1 --hash=sha256:{Hash}\nb==1\nc==1;os_name=='nt'", "f", false).Problems[0].Path,
            Is.EqualTo("f line 2")
        );

    [Test]
    public void A_text_of_another_encoding_is_one_problem() =>
        Assert.That(
            RequirementsFile.Parse("n\0u\0m\0p\0y\0\n\0a\0\n\0", "f", false).Problems.Single().ToString(),
            Does.Contain("UTF-16").And.Contain("UTF-8")
        );

    [Test]
    public void Lines_of_the_sorted_text_lead_back_to_the_users() =>
        Assert.That(
            RequirementsFile.Parse("\nz\n\nb==1\nB == 1\n# c\na\n", "f", false).Value.SourceLines(),
            Is.EqualTo([7, 4, 2])
        );

    [Test]
    public void Brackets_without_end_end() =>
        Assert.That(
            RequirementsFile.Parse("a;" + new string('(', 8000), "f", false).Problems[0].Problem,
            Does.Contain("brackets within each other")
        );
}
