using CsCheck;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Updates;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Builds.Inputs.Updates;

namespace Operator.Tests.Builds.Inputs.Updates;

internal sealed class SystemUpdatesTests
{
    /// <summary>Computed by the release before there were updates.</summary>
    private const string HashOfBefore = "v1-fc27827d0a4b285760f718daa1c6078a";

    [Test]
    public void A_spec_that_says_nothing_of_updates_has_the_hash_of_before() =>
        Assert.That(Fingerprints.Inputs(BuildExamples.Inputs(BuildExamples.Spec)), Is.EqualTo(HashOfBefore));

    [Test]
    public void Each_word_is_another_input()
    {
        var hashes = new[] { null, "All", "Security", "None" }
            .Select(word => Fingerprints.Inputs(BuildExamples.Inputs(With(word))))
            .ToList();
        Assert.That(hashes, Is.Unique);
    }

    [TestCase(null, true)]
    [TestCase("All", true)]
    [TestCase("Security", true)]
    [TestCase("None", false)]
    public void The_layer_stands_between_packages_and_requirements_unless_none_is_wanted(string? word, bool isThere)
    {
        var text = DockerfileRenderer.Render(BuildExamples.Inputs(With(word)));
        var packages = text.IndexOf("step system-packages", StringComparison.Ordinal);
        var updates = text.IndexOf("step system-updates", StringComparison.Ordinal);
        var requirements = text.IndexOf("step requirements", StringComparison.Ordinal);
        Assert.That(updates >= 0, Is.EqualTo(isThere));
        Assert.That(!isThere || (packages < updates && updates < requirements));
    }

    [Test]
    public void Without_packages_the_layer_is_below_the_epoch_still()
    {
        var text = DockerfileRenderer.Render(BuildExamples.Inputs(With(null) with { SystemPackages = [] }));
        var stage = text[..text.IndexOf("FROM system", StringComparison.Ordinal)];
        Assert.That(stage, Does.Contain("ARG CACHE_EPOCH=\nRUN").And.Contain("cache epoch: ${CACHE_EPOCH}"));
    }

    [Test]
    public void Only_pinned_packages_are_held()
    {
        var spec = With("All") with { SystemPackages = ["curl", "git=1:2.34"] };
        Assert.That(DockerfileRenderer.Render(BuildExamples.Inputs(spec)), Does.Contain("-v pins=' git '"));
    }

    [Test]
    public void Names_of_pinned_packages_stay_within_one_word() =>
        HostileText
            .Package.List[1, 4]
            .Sample(
                packages =>
                {
                    var spec = With("Security") with { SystemPackages = packages };
                    if (!ParsedSpec.Parse(spec, null, null).TryGet(out var inputs))
                    {
                        return;
                    }

                    var run = TinyDockerfile
                        .Instructions(DockerfileRenderer.Render(inputs))
                        .Where(i => i.Name == "RUN")
                        .ElementAt(1);
                    var commands = TinyDockerfile.Commands(run.Arguments);
                    var hold = commands.Single(words => words[0] == "awk");
                    Assert.That(commands, Has.Count.EqualTo(Commands));
                    var pins = inputs.Packages.Where(p => p.Version is not null).Select(p => $" {p.Name}");
                    Assert.That(hold, Has.One.EqualTo($"pins={string.Concat(pins)} "));
                },
                iter: 5_000
            );

    private static readonly int Commands = TinyDockerfile
        .Commands(
            TinyDockerfile
                .Instructions(DockerfileRenderer.Render(BuildExamples.Inputs(With("Security"))))
                .Where(i => i.Name == "RUN")
                .ElementAt(1)
                .Arguments
        )
        .Count;

    [Test]
    public void A_Dockerfile_of_the_team_s_own_is_left_as_it_is()
    {
        var own = ParsedSpec.Parse(With("All"), null, "ARG BASE_IMAGE\nFROM ${BASE_IMAGE}\n").Value;
        Assert.That(DockerfileRenderer.Render(own), Does.Not.Contain("system-updates"));
        var spec = With("All") with
        {
            Dockerfile = new DockerfileSpec { ConfigMapRef = new KeyReference { Name = "own" } },
        };
        Assert.That(SystemUpdates.RenderedFor(spec), Is.Null);
        Assert.That(SystemUpdates.RenderedFor(With(null)), Is.EqualTo(SystemUpdatePolicy.All));
        Assert.That(SystemUpdates.RenderedFor(With("None")), Is.Null);
    }

    [Test]
    public void An_unknown_word_is_refused_by_its_field()
    {
        var image = A.BaseImage() with { Spec = A.BaseImage().Spec! with { SystemUpdates = Updates("Some") } };
        Assert.That(
            SpecCheck.Of(image).Select(e => e.ToString()),
            Has.One.Contains("spec.systemUpdates.policy").And.One.Contains("All, Security, None")
        );
    }

    private static GemmaBaseImageSpec With(string? word) => BuildExamples.Spec with { SystemUpdates = Updates(word) };

    private static SystemUpdatesSpec? Updates(string? word) =>
        word is null ? null : new SystemUpdatesSpec { Policy = WireEnum<SystemUpdatePolicy>.Read(word) };
}
