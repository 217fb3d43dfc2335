using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Requirements;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Builds.Inputs.Patches;
using GemmaOperator.Text;

namespace Operator.Tests.Builds.Inputs.Locks;

/// <summary>How a build of a lock is made, and what counts as another one.</summary>
internal sealed class LockedBuildTests
{
    private static readonly GemmaBaseImageSpec Spec = BuildExamples.Spec with
    {
        Requirements = new RequirementsSpec { Inline = ALock.Universal, Format = RequirementsFormat.Pylock },
    };

    [Test]
    public void The_Dockerfile_of_a_lock_is_as_agreed() =>
        Golden.Matches("lock.Dockerfile", DockerfileRenderer.Render(Parsed(Spec)));

    [Test]
    public void A_brake_on_what_is_young_holds_for_a_lock_too_and_fixes_have_no_place_in_it()
    {
        var text = DockerfileRenderer.Render(
            Parsed(Spec with { Requirements = Spec.Requirements! with { MinAge = "168h" } })
        );
        Assert.That(
            text,
            Does.Contain("--uploaded-prior-to \"$GEMMA_UPLOADED_BEFORE\"")
                .And.Contain("--require-hashes --no-deps --only-binary :all: --requirement")
                .And.Not.Contain("for fix in")
        );
    }

    [Test]
    public void A_patch_brings_nothing_of_Python() =>
        Assert.That(
            PatchRenderer.BringsAnything(
                Parsed(
                    Spec with
                    {
                        SystemPackages = [],
                        SystemUpdates = new() { Policy = GemmaOperator.Api.Updates.SystemUpdatePolicy.None },
                    }
                )
            ),
            Is.False
        );

    [Test]
    public void A_lock_is_another_input_than_the_same_lines_in_pips_format()
    {
        var plain = Spec with
        {
            Requirements = new RequirementsSpec { Inline = Parsed(Spec).Requirements.Render(), RequireHashes = true },
        };
        Assert.That(Fingerprints.Inputs(Parsed(Spec)), Is.Not.EqualTo(Fingerprints.Inputs(Parsed(plain))));
    }

    [Test]
    public void A_format_that_is_written_out_is_no_other_input_than_one_that_is_left_out()
    {
        var spelled = BuildExamples.Spec with
        {
            Requirements = BuildExamples.Spec.Requirements! with { Format = RequirementsFormat.Requirements },
        };
        Assert.That(Fingerprints.Inputs(Parsed(spelled)), Is.EqualTo(Fingerprints.Inputs(Parsed(BuildExamples.Spec))));
    }

    [Test]
    public void A_lock_for_another_Python_is_tried_although_its_packages_are_the_same()
    {
        var other = Spec with
        {
            Requirements = Spec.Requirements! with
            {
                Inline = ALock.Universal.Replace(">=3.10, <4", ">=3.9", StringComparison.Ordinal),
            },
        };
        Assert.That(Fingerprints.Inputs(Parsed(other)), Is.Not.EqualTo(Fingerprints.Inputs(Parsed(Spec))));
    }

    [Test]
    public void A_lock_where_pips_format_was_to_be_is_told_how_to_say_so()
    {
        var problem = Parse(Spec with { Requirements = Spec.Requirements! with { Format = null } }).Problems.Single();
        Assert.That(problem.ToString(), Does.Contain("set spec.requirements.format to Pylock"));
    }

    [Test]
    public void A_lock_of_a_ConfigMap_is_read_once_it_is_there()
    {
        var spec = Spec with
        {
            Requirements = new RequirementsSpec
            {
                Format = RequirementsFormat.Pylock,
                ConfigMapRef = new KeyReference { Name = "locked" },
            },
        };
        var own = Parsed(spec);
        var whole = own.WithTexts(spec, ALock.Universal, null).Value;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(own.Requirements.IsEmpty, Is.True);
            Assert.That(whole.RequireHashes, Is.True);
            Assert.That(whole.Requirements.Requirements, Has.Count.EqualTo(3));
            Assert.That(
                own.WithTexts(spec, "numpy==1\n", null).Problems.Single().Path,
                Is.EqualTo("spec.requirements.configMapRef locked line 1")
            );
        }
    }

    private static ParsedSpec Parsed(GemmaBaseImageSpec spec) => Parse(spec).Value;

    private static Parsed<ParsedSpec> Parse(GemmaBaseImageSpec spec) => ParsedSpec.Parse(spec, null, null);
}
