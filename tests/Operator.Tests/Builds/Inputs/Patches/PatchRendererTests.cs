using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Patching;
using GemmaOperator.Api.Updates;
using GemmaOperator.Builds;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Builds.Inputs.Patches;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Registry.References;

namespace Operator.Tests.Builds.Inputs.Patches;

/// <summary>The Dockerfile of a patch, and what its Job begins with.</summary>
internal sealed class PatchRendererTests
{
    private static readonly ImageReference Published = ImageReference.Parse(
        $"registry.example/team/gemma@{A.Digest(7)}"
    );

    private static readonly GemmaBaseImageSpec Spec = BuildExamples.Spec with
    {
        SystemPackages = ["git", "curl=7.88.1-10"],
    };

    [Test]
    public void The_Dockerfile_of_a_patch_is_as_agreed() => Golden.Matches("patch.Dockerfile", Render(Spec));

    [Test]
    public void A_package_with_a_version_is_named_so_that_no_other_one_moves_it() =>
        Assert.That(Render(Spec), Does.Contain("--only-upgrade -o Acquire::Retries=3 -- 'curl=7.88.1-10' 'git'"));

    [Test]
    public void The_images_own_variables_are_no_steps_but_for_proxies_that_may_be_build_arguments()
    {
        var text = Render(
            Spec with
            {
                Env =
                [
                    new() { Name = "PIP_INDEX_URL", Value = "https://elsewhere.example/simple" },
                    new() { Name = "HTTPS_PROXY", Value = "http://proxy.example" },
                    new() { Name = "TMPDIR", Value = "/models/tmp" },
                ],
            }
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                text.Split("unset PIP_INDEX_URL 2> /dev/null || :; \\\n    unset TMPDIR 2> /dev/null || :; \\\n"),
                Has.Length.EqualTo(1 + text.Split("RUN ").Length - 1),
                "each step"
            );
            Assert.That(text, Does.Not.Contain("unset HTTPS_PROXY"));
        }
    }

    [Test]
    public void With_hashes_for_all_pip_has_nothing_to_bring()
    {
        var text = Render(BuildExamples.FullSpec);
        Assert.That(text, Does.Contain("system-updates").And.Not.Contain("pip install"));
    }

    [Test]
    public void What_can_move_nothing_is_no_patch()
    {
        var fixedSpec = BuildExamples.FullSpec with
        {
            SystemPackages = ["git=1:2"],
            SystemUpdates = new SystemUpdatesSpec { Policy = SystemUpdatePolicy.None },
        };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(PatchRenderer.BringsAnything(Parse(fixedSpec)), Is.False);
            Assert.That(PatchRenderer.BringsAnything(Parse(fixedSpec with { SystemPackages = ["git"] })));
            Assert.That(PatchRenderer.BringsAnything(Parse(fixedSpec with { SystemUpdates = null })));
            Assert.That(PatchRenderer.BringsAnything(Parse(fixedSpec with { Requirements = Spec.Requirements })));
        }
    }

    [Test]
    public void Its_image_has_the_user_of_the_one_below_and_no_instruction_that_would_set_anything_else()
    {
        var named = DockerfileInstruction.ReadAll(Render(Spec)).Select(i => i.Name).Distinct(StringComparer.Ordinal);
        Assert.That(named, Is.EquivalentTo(new[] { "ARG", "FROM", "USER", "RUN" }));
        Assert.That(Render(Spec), Does.EndWith("USER 10001:10001\n"));
    }

    [Test]
    public void Its_Job_begins_with_the_published_image_and_its_labels_still_name_what_is_upstream(
        [Values] bool isLegacy
    )
    {
        var spec = isLegacy
            ? Spec with
            {
                Build = Spec.Build with { Isolation = GemmaOperator.Api.Isolation.BuildIsolation.Legacy },
            }
            : Spec;
        var full = BuildExamples.Build(spec);
        var patch = full with
        {
            Spec = full.Spec! with
            {
                Patch = new BuildPatch
                {
                    Of = new PatchedImage { Reference = Published.ToString(), Digest = A.Digest(7) },
                    Layers = 2,
                    Inputs = "as before",
                },
            },
        };
        var pod = KanikoJob.For(patch, 1, new BuildOptions()).Spec.Template.Spec;
        var words = (pod.InitContainers ?? []).Concat(pod.Containers).SelectMany(c => c.Args).ToList();
        var upstream = full.Spec.Resolved.BaseDigest;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(words, Does.Contain(isLegacy ? $"--build-arg=BASE_IMAGE={Published}" : $"--base={Published}"));
            Assert.That(words, Has.None.Contains($"BASE_IMAGE=127.0.0.1/base@{upstream}"));
            Assert.That(words, Does.Contain($"--label={BuildLabels.BaseDigest}={upstream}"));
            Assert.That(words, Does.Contain($"--label={BuildLabels.PatchOf}={A.Digest(7)}"));
            Assert.That(words, Does.Contain($"--label={BuildLabels.PatchLayers}=2"));
            Assert.That(BuildLabels.Of(full).Select(l => l.Key), Has.None.EqualTo(BuildLabels.PatchOf));
        }
    }

    [Test]
    public void Each_kind_of_build_has_a_word()
    {
        var full = BuildExamples.Build(Spec);
        var reuse = full with
        {
            Spec = full.Spec! with { Template = full.Spec.Template with { ReuseBase = new ImageStatus() } },
        };
        var patch = full with { Spec = full.Spec with { Patch = new BuildPatch() } };
        Assert.That(new[] { full, reuse, patch }.Select(BuildKind.Of), Is.EqualTo(new[] { "full", "reuse", "patch" }));
        foreach (var why in Enum.GetValues<FullBuildReason>())
        {
            Assert.That(BuildKind.Explain(why), Is.Not.EqualTo(BuildKind.Explain(null)), $"{why} is explained");
        }
    }

    private static string Render(GemmaBaseImageSpec spec) => PatchRenderer.Render(Parse(spec), Published);

    private static ParsedSpec Parse(GemmaBaseImageSpec spec) => ParsedSpec.Parse(spec, null, null).Value;
}
