using CsCheck;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Cluster;
using GemmaOperator.Text;
using Operator.Tests.Builds;

namespace Operator.Tests.Text;

internal sealed class FingerprintTests
{
    [Test]
    public void Order_comments_and_spelling_without_meaning_change_nothing()
    {
        var reordered = BuildExamples.Spec with
        {
            SystemPackages = ["curl", "git", "curl"],
            Requirements = new RequirementsSpec
            {
                Inline = "# sorted\nAccelerate <2, >=1.2\n\ntransformers == 4.57.1\n",
            },
        };
        Assert.That(Hash(reordered), Is.EqualTo(Hash(BuildExamples.Spec)));
    }

    [Test]
    public void Every_part_of_the_content_has_a_say()
    {
        var spec = BuildExamples.Spec;
        GemmaBaseImageSpec[] others =
        [
            spec,
            spec with
            {
                SystemPackages = ["git"],
            },
            spec with
            {
                Requirements = new RequirementsSpec { Inline = "numpy" },
            },
            spec with
            {
                Requirements = spec.Requirements! with { IndexURL = "https://pypi.example.com/simple" },
            },
            spec with
            {
                Requirements = spec.Requirements! with { ExtraIndexURLs = ["https://pypi.example.com/simple"] },
            },
            spec with
            {
                Env = [new EnvironmentVariable { Name = "A", Value = "1" }],
            },
            spec with
            {
                Env = [new EnvironmentVariable { Name = "A", Value = "2" }],
            },
            spec with
            {
                ImageLabels = new Dictionary<string, string> { ["a"] = "1" },
            },
            spec with
            {
                User = new UserSpec { Uid = 10002 },
            },
            spec with
            {
                User = new UserSpec { Gid = 10002 },
            },
            spec with
            {
                User = new UserSpec { Name = "other" },
            },
            spec with
            {
                Platforms = [Platform.LinuxArm64],
            },
            spec with
            {
                Base = spec.Base with { Flavor = BaseFlavor.Devel },
            },
            spec with
            {
                Base = spec.Base with { Image = "example.com/torch:1" },
            },
        ];
        Assert.That(others.Select(Hash).Distinct().Count(), Is.EqualTo(others.Length));
    }

    [Test]
    public void How_it_is_built_changes_the_attempt_and_not_the_inputs()
    {
        var spec = BuildExamples.Spec;
        var slower = spec with { Build = new BuildSpec { Timeout = "3h" } };
        Assert.That(Hash(slower), Is.EqualTo(Hash(spec)));
        Assert.That(Attempt(slower), Is.Not.EqualTo(Attempt(spec)));
        Assert.That(Attempt(BuildExamples.FullSpec), Does.Match("\\Av1-[0-9a-f]{32}\\z"));
    }

    [Test]
    public void Alias_tags_and_the_application_change_only_what_is_published()
    {
        var template = BuildExamples.Template(BuildExamples.Spec);
        var tagged = template with { Output = template.Output with { AliasTags = ["latest", "weekly"] } };
        var served = template with
        {
            Application = new ApplicationTemplate { ServerImage = "s", Repository = "r" },
        };
        var inputs = BuildExamples.Inputs(BuildExamples.Spec);
        Assert.That(new[] { template, tagged, served }.Select(Fingerprints.Publish).Distinct().Count(), Is.EqualTo(3));
        Assert.That(
            new[] { template, tagged, served }.Select(t => Fingerprints.Attempt(inputs, t)).Distinct().Count(),
            Is.EqualTo(1)
        );
    }

    [Test]
    public void No_two_lists_of_parts_share_their_bytes() =>
        Gen.Select(Gen.String[0, 3].List[0, 3], Gen.String[0, 3].List[0, 3])
            .Sample(
                (a, b) =>
                    new Fingerprint().WithList("x", a).ToString()
                    == new Fingerprint().WithList("x", b).ToString()
                    == a.SequenceEqual(b)
            );

    [Test]
    public void Sets_have_no_order_and_lists_have_one()
    {
        Assert.That(
            new Fingerprint().WithSet("x", ["a", "b"]).ToString(),
            Is.EqualTo(new Fingerprint().WithSet("x", ["b", "a"]).ToString())
        );
        Assert.That(
            new Fingerprint().WithList("x", ["a", "b"]).ToString(),
            Is.Not.EqualTo(new Fingerprint().WithList("x", ["b", "a"]).ToString())
        );
    }

    [Test]
    public void A_fingerprint_stays_the_same_between_versions_of_the_operator() =>
        Assert.That(
            Hash(BuildExamples.Spec),
            Is.EqualTo("v1-fc27827d0a4b285760f718daa1c6078a"),
            "if that is meant, change TemplateVersion: every image will be built anew once"
        );

    [Test]
    public void The_candidate_tag_tells_builds_apart_and_not_attempts()
    {
        var build = BuildExamples.Build(BuildExamples.Spec).Spec!;
        var tag = CandidateTag.Of(build).ToString();
        Assert.That(tag, Does.Match("\\Ab42-[0-9a-f]{12}\\z"));
        Assert.That(CandidateTag.Of(build with { Number = 43 }).ToString(), Does.StartWith("b43-"));
        Assert.That(
            CandidateTag.Of(build with { ImageRef = build.ImageRef with { Uid = "other" } }).ToString(),
            Is.Not.EqualTo(tag)
        );
    }

    [Test]
    public void Names_stay_within_their_bounds_and_apart()
    {
        var a = ObjectName.With(new string('a', 70), "-a1");
        var b = ObjectName.With(new string('a', 71), "-a1");
        Assert.That(new[] { a.Length, b.Length }, Is.All.EqualTo(ObjectName.MaxLength));
        Assert.That(a, Is.Not.EqualTo(b));
        Assert.That(ObjectName.With("gemma-b1", "-a1"), Is.EqualTo("gemma-b1-a1"));
    }

    private static string Hash(GemmaBaseImageSpec spec) => Fingerprints.Inputs(BuildExamples.Inputs(spec));

    private static string Attempt(GemmaBaseImageSpec spec) =>
        Fingerprints.Attempt(BuildExamples.Inputs(spec), BuildExamples.Template(spec));
}
