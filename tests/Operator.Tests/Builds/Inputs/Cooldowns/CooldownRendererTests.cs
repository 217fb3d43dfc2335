using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Updates;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Builds.Inputs.Cooldowns;
using GemmaOperator.Builds.Inputs.Patches;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Registry.References;

namespace Operator.Tests.Builds.Inputs.Cooldowns;

/// <summary>How a build is told which packages are too young.</summary>
internal sealed class CooldownRendererTests
{
    private static readonly GemmaBaseImageSpec Spec = BuildExamples.Spec with
    {
        Requirements = BuildExamples.Spec.Requirements! with { MinAge = "168h" },
    };

    [Test]
    public void The_Dockerfile_of_a_build_that_leaves_out_what_is_young_is_as_agreed() =>
        Golden.Matches("cooldown.Dockerfile", DockerfileRenderer.Render(Parsed(Spec)));

    [Test]
    public void The_Dockerfile_of_a_patch_that_leaves_out_what_is_young_is_as_agreed() =>
        Golden.Matches(
            "cooldown-patch.Dockerfile",
            PatchRenderer.Render(Parsed(Spec), ImageReference.Parse($"registry.example/team/gemma@{A.Digest(7)}"))
        );

    [Test]
    public void Another_age_is_another_input_and_another_spelling_of_it_isnt()
    {
        var (week, same, month) = (Hash("168h"), Hash("167h60m"), Hash("720h"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(same, Is.EqualTo(week));
            Assert.That(month, Is.Not.EqualTo(week));
            Assert.That(Hash(null), Is.EqualTo(Fingerprints.Inputs(Parsed(BuildExamples.Spec))));
        }
    }

    [Test]
    public void Where_nothing_is_installed_an_age_changes_nothing()
    {
        var none = BuildExamples.Spec with { Requirements = new RequirementsSpec { MinAge = "168h" } };
        var without = none with { Requirements = null };
        Assert.That(Fingerprints.Inputs(Parsed(none)), Is.EqualTo(Fingerprints.Inputs(Parsed(without))));
    }

    [Test]
    public void The_executor_gets_the_time_and_the_fixes_and_none_of_a_form_that_pip_would_take_for_something_else()
    {
        var build = BuildExamples.Build(Spec);
        build = build with
        {
            Spec = build.Spec! with
            {
                Resolved = build.Spec.Resolved with
                {
                    UploadedBefore = new DateTime(2026, 11, 16, 9, 0, 0, DateTimeKind.Utc),
                    YoungerFixes =
                    [
                        Fix("urllib3", "2.5.0"),
                        Fix("x", "1.0 --index-url=https://elsewhere.example"),
                        Fix("$(reboot)", "1.0"),
                        Fix("Jinja_2", "1!3.1.6+cu12"),
                    ],
                },
            },
        };
        var flags = KanikoFlags.For(build, new BuildOptions());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(flags, Does.Contain("--build-arg=GEMMA_UPLOADED_BEFORE=2026-11-16T09:00:00Z"));
            Assert.That(flags, Does.Contain("--build-arg=GEMMA_YOUNGER_FIXES=urllib3==2.5.0 jinja-2==1!3.1.6+cu12"));
        }
    }

    [Test]
    public void Who_asks_for_no_age_gets_no_argument() =>
        Assert.That(
            KanikoFlags.For(BuildExamples.Build(BuildExamples.Spec), new BuildOptions()),
            Has.None.Contains("GEMMA_")
        );

    [TestCase("3.0.13-0ubuntu3.6")]
    [TestCase("1:2.3")]
    [TestCase("1.2, 2.0")]
    [TestCase("")]
    [TestCase("latest")]
    public void What_is_no_version_of_a_Python_package_is_no_fix(string version) =>
        Assert.That(PackageFix.Read("urllib3", version, A.Morning), Is.Null);

    [TestCase("GEMMA_UPLOADED_BEFORE")]
    [TestCase("GEMMA_YOUNGER_FIXES")]
    public void Nobody_else_sets_the_arguments(string name)
    {
        var spec = Spec with { Env = [new EnvironmentVariable { Name = name, Value = "x" }] };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(ParsedSpec.Parse(spec, null, null).Problems, Has.Count.EqualTo(1));
            Assert.That(KanikoArgs.Parse([$"--build-arg={name}=x"], "spec.build.extraArgs").Problems, Is.Not.Empty);
        }
    }

    [Test]
    public void An_own_Dockerfile_cant_be_held_to_it_and_that_is_said()
    {
        var image = A.BaseImage(s =>
            s with
            {
                Requirements = Spec.Requirements,
                Dockerfile = new DockerfileSpec { ConfigMapRef = new KeyReference { Name = "own" } },
            }
        );
        Assert.That(
            SpecCheck.Of(image).Select(e => e.ToString()),
            Has.Some.Contains("spec.requirements.minAge").And.Some.Contains("--uploaded-prior-to")
        );
    }

    private static YoungerFix Fix(string package, string version) => new() { Package = package, Version = version };

    private static string Hash(string? age) =>
        Fingerprints.Inputs(
            Parsed(Spec with { Requirements = Spec.Requirements! with { MinAge = age is null ? null : age } })
        );

    private static ParsedSpec Parsed(GemmaBaseImageSpec spec) => ParsedSpec.Parse(spec, null, null).Value;
}
