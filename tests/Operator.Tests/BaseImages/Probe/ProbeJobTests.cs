using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Updates;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Probe;
using GemmaOperator.Builds.Inputs;
using k8s;
using Operator.Tests.Builds;

namespace Operator.Tests.BaseImages.Probe;

/// <summary>The Job that asks, and what is asked by it.</summary>
internal sealed class ProbeJobTests
{
    private static JsonObject Asked(GemmaBaseImageSpec spec, bool isTick = true)
    {
        var known = (BuildRequest.Known)
            BuildRequest.From(
                spec,
                ParsedSpec.Parse(spec, null, null).Value,
                new BuildTemplate { Output = spec.Output }
            );
        var s = A.Snapshot(A.BaseImage(_ => spec), known);
        var subject = new ProbeSubject(A.Build(1).Succeeded(), A.Image(1));
        var question = isTick
            ? ProbeQuestion.ForTick(s, subject, ProbeWorld.Tick)
            : ProbeQuestion.BetweenTicks(s, subject);
        return JsonNode.Parse(question.Argument)!.AsObject();
    }

    private static GemmaBaseImageSpec Spec =>
        new ProbeWorld().Image.Spec! with
        {
            SystemPackages = ["curl", "git=1:2"],
            Requirements = new RequirementsSpec
            {
                Inline = "fastapi==0.116.1",
                IndexURL = "https://index.example/simple",
                ExtraIndexURLs = ["https://extra.example/simple"],
            },
            Env = [new EnvironmentVariable { Name = "PIP_INDEX_URL", Value = "https://elsewhere.example" }],
        };

    [Test]
    public void The_Job_is_as_agreed()
    {
        var world = new ProbeWorld();
        world.Step();
        var job = world.Jobs.Single();
        job.Metadata.Uid = null;
        job.Metadata.CreationTimestamp = null;
        // It ends in a hash of what is asked.
        job.Metadata.Name = "gemma-probe-1";
        job.Spec.Template.Spec.Containers[0].Args = ["probe.py", "its argument"];
        Golden.Matches("probe.job.yaml", KubernetesYaml.Serialize(job));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void What_is_too_young_for_a_build_is_too_young_for_the_question(bool isTick)
    {
        var spec = Spec with { Requirements = Spec.Requirements! with { MinAge = "168h", RequireHashes = false } };
        spec = spec with
        {
            Triggers = spec.Triggers with
            {
                Packages = spec.Triggers.Packages! with { Policy = SystemUpdatePolicy.All },
            },
        };
        var pip = Asked(spec, isTick)["pip"]!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                pip["before"]!.ToString(),
                isTick ? Is.EqualTo("2026-11-16T09:00:00Z") : Does.Match("^2026-11-[0-9T:]+Z$")
            );
            Assert.That(pip["newer"]!.ToString(), Is.EqualTo("pip==26.0.1"));
            Assert.That(Asked(Spec, isTick: true)["pip"]!["before"], Is.Null);
        }
    }

    [Test]
    public void A_tick_asks_for_all_that_a_build_would_bring_from_where_it_would_bring_it()
    {
        var asked = Asked(Spec);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(asked["apt"]!["upgrade"]!.GetValue<bool>());
            Assert.That(asked["apt"]!["packages"]!.ToJsonString(), Is.EqualTo("""["curl"]"""));
            Assert.That(asked["apt"]!["held"]!["pins"]!.ToJsonString(), Is.EqualTo("""["git"]"""));
            Assert.That((string?)asked["apt"]!["preferences"], Is.Empty);
            Assert.That(
                asked["pip"]!["options"]!.AsArray().Select(o => (string?)o),
                Is.EqualTo(
                    new[]
                    {
                        "--index-url",
                        "https://index.example/simple",
                        "--extra-index-url",
                        "https://extra.example/simple",
                    }
                )
            );
            Assert.That(
                asked["forget"]!.ToJsonString(),
                Is.EqualTo("""["PIP_INDEX_URL"]"""),
                "no step of a build has it"
            );
        }
    }

    [Test]
    public void Between_ticks_security_updates_alone_are_asked_for()
    {
        var asked = Asked(Spec, isTick: false);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((string?)asked["apt"]!["preferences"], Does.Contain("l=Debian-Security"));
            Assert.That(asked["apt"]!["packages"]!.AsArray(), Is.Empty);
            Assert.That(asked["pip"], Is.Null);
        }
    }

    [Test]
    public void Where_builds_bring_no_updates_apt_is_asked_for_what_the_spec_lists_or_not_at_all()
    {
        var none = Spec with { SystemUpdates = new SystemUpdatesSpec { Policy = SystemUpdatePolicy.None } };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Asked(none)["apt"]!["upgrade"]!.GetValue<bool>(), Is.False);
            Assert.That(Asked(none with { SystemPackages = [] })["apt"], Is.Null);
        }
    }
}
