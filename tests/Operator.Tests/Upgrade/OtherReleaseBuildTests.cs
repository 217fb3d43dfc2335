using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Builds.Rendering;
using k8s.Models;
using Operator.Tests.BaseImages.Freshness;

namespace Operator.Tests.Upgrade;

/// <summary>
/// Kind: an upgrade of the operator is nobody's rebuild. What it makes otherwise, and its own defaults, come with the
/// next build that is due anyway.
/// </summary>
internal sealed class OtherReleaseBuildTests
{
    private static readonly ScheduleFacts Due = new(A.Morning, A.Morning.AddDays(7));

    [TestCase(OperatorRendering.Dockerfile)]
    [TestCase(OperatorRendering.Executor)]
    [TestCase(OperatorRendering.Verification)]
    public void What_is_rendered_otherwise_starts_no_build_and_is_named_by_the_next(string part)
    {
        var made = Recording(A.Build(1).Succeeded(), part, "as another release had it");
        Assert.That(ImagePlanner.Decide(Snapshot(made)), Is.InstanceOf<ImageDecision.Settled>());

        var next = Decided.Started(Snapshot(made) with { Schedule = Due });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Reasons(next), Is.EqualTo(new[] { BuildReason.Schedule, BuildReason.OperatorUpgrade }));
            Assert.That(
                next.Spec!.Changes.Select(c => (c.Field, c.Old)),
                Is.EqualTo(new[] { (part, "as another release had it") })
            );
            Assert.That(next.Spec.Resolved.Rendering.Keys, Does.Contain(part), "it is recorded for the one after");
        }
    }

    [Test]
    public void A_build_of_this_release_names_no_upgrade()
    {
        var made = A.Build(1).Succeeded();
        made = made with
        {
            Spec = made.Spec! with
            {
                Resolved = made.Spec.Resolved with { Rendering = NextBuildRenderer.RenderingOf(A.Inputs()) },
            },
        };
        Assert.That(
            Reasons(Decided.Started(Snapshot(made) with { Schedule = Due })),
            Is.EqualTo(new[] { BuildReason.Schedule })
        );
    }

    [Test]
    public void A_server_put_onto_the_base_that_is_there_takes_nothing_else_along()
    {
        var made = Recording(A.Build(1).Succeeded(), OperatorRendering.Dockerfile, "older");
        var next = Decided.Started(Snapshot(made) with { Inputs = A.Inputs(publish: "p2") });
        Assert.That(
            (next.ReusesBase, Reasons(next)),
            Is.EqualTo((true, (IEnumerable<BuildReason?>)[BuildReason.SpecChange]))
                .Using<(bool, IEnumerable<BuildReason?>)>(
                    (a, b) => a.Item1 == b.Item1 && a.Item2.SequenceEqual(b.Item2)
                )
        );
    }

    [Test]
    public void Another_default_server_starts_no_build()
    {
        var made = Made(Inputs("server:1", "kaniko:1")).Succeeded();
        var now = Inputs("server:2", "kaniko:1");
        Assert.That(ImagePlanner.Decide(Snapshot(made) with { Inputs = now }), Is.InstanceOf<ImageDecision.Settled>());
        Assert.That((Snapshot(made) with { Inputs = now }).IsOfPresentSpec(made));

        var next = Decided.Started(Snapshot(made) with { Inputs = now, Schedule = Due });
        Assert.That(Reasons(next), Is.EqualTo(new[] { BuildReason.Schedule, BuildReason.OperatorUpgrade }));
        Assert.That(
            next.Spec!.Changes.Select(c => (c.Field, c.New)),
            Does.Contain((OperatorRendering.ServerImage, "registry.example/server:2"))
        );
    }

    [Test]
    public void Another_default_executor_retries_no_failed_build()
    {
        var failed = Made(Inputs("server:1", "kaniko:1")).Failed();
        Assert.That(
            ImagePlanner.Decide(Snapshot(failed) with { Inputs = Inputs("server:1", "kaniko:2") }),
            Is.InstanceOf<ImageDecision.Settled>()
        );
    }

    [Test]
    public void An_image_that_the_spec_no_longer_names_or_names_now_is_a_change_of_the_spec()
    {
        var named = Made(Inputs("server:1", "kaniko:1", server: "registry.example/mine:1")).Succeeded();
        var left = Made(Inputs("server:1", "kaniko:1")).Succeeded();
        var names = Inputs("server:1", "kaniko:1", server: "registry.example/mine:1");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                Reasons(Decided.Started(Snapshot(named) with { Inputs = Inputs("server:1", "kaniko:1") })),
                Is.EqualTo(new[] { BuildReason.SpecChange })
            );
            Assert.That(
                Reasons(Decided.Started(Snapshot(left) with { Inputs = names })),
                Is.EqualTo(new[] { BuildReason.SpecChange })
            );
        }
    }

    /// <summary>Releases before recorded their own defaults as if the spec had named them.</summary>
    [Test]
    public void A_default_that_was_recorded_as_the_specs_is_recognised()
    {
        var now = Inputs("server:1", "registry.example/kaniko:9");
        var template = now.Template with
        {
            Build = now.Template.Build with { ExecutorImage = BuildSpec.DefaultExecutorImage },
        };
        var made = Made(now);
        var failed = (
            made with
            {
                Spec = made.Spec! with
                {
                    Template = template,
                    Resolved = made.Spec.Resolved with
                    {
                        AttemptHash = Fingerprints.Attempt(now.Content, template),
                        PublishHash = Fingerprints.Publish(template),
                        Fields = new Dictionary<string, string>(now.Fields, StringComparer.Ordinal)
                        {
                            [InputFields.ExecutorImage] = BuildSpec.DefaultExecutorImage,
                            [InputFields.ServerImage] = "registry.example/server:1",
                        },
                    },
                },
            }
        ).Failed();
        Assert.That(
            ImagePlanner.Decide(Snapshot(failed) with { Inputs = now }),
            Is.InstanceOf<ImageDecision.Settled>()
        );
        Assert.That(InputChanges.Between(failed, now), Is.Empty);
    }

    private static ImageSnapshot Snapshot(GemmaBuild latest) =>
        A.Snapshot(A.BaseImage().Knowing(1), A.Inputs(), [latest]);

    private static GemmaBuild Recording(GemmaBuild build, string part, string value) =>
        build with
        {
            Spec = build.Spec! with
            {
                Resolved = build.Spec.Resolved with
                {
                    Rendering = new Dictionary<string, string>(StringComparer.Ordinal) { [part] = value },
                },
            },
        };

    private static GemmaBuild Made(BuildRequest.Known inputs) => A.Build(1, inputs);

    /// <summary>Inputs whose images the operator chooses.</summary>
    private static BuildRequest.Known Inputs(string defaultServer, string defaultExecutor, string server = "")
    {
        var image = A.BaseImage(s =>
            s with
            {
                Rollout = s.Rollout with { Server = s.Rollout.Server with { Image = server } },
            }
        );
        var spec = image.Spec!;
        return (BuildRequest.Known)
            BuildRequest.From(
                spec,
                ParsedSpec.Parse(spec, null, null).Value,
                new BuildTemplate
                {
                    Build = spec.Build with { ExecutorImage = defaultExecutor },
                    Output = spec.Output,
                    Application = new ApplicationTemplate
                    {
                        ServerImage = server.Length > 0 ? server : $"registry.example/{defaultServer}",
                        Repository = "registry.example/team/gemma-base-service",
                    },
                }
            );
    }

    private static IEnumerable<BuildReason?> Reasons(GemmaBuild build) => build.Spec!.Reasons.Select(r => r.Value);
}
