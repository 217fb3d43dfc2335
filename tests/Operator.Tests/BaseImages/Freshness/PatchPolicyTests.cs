using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Patching;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.Builds;
using GemmaOperator.Builds.Steps.Contents;

namespace Operator.Tests.BaseImages.Freshness;

/// <summary>When packages are put onto the published image, and when everything is built.</summary>
internal sealed partial class PatchPolicyTests
{
    private static readonly BuildRequest.Known Inputs = A.Inputs();
    private static readonly DateTime Tick = A.Morning.AddMinutes(30);

    [Test]
    public void A_tick_puts_packages_onto_the_published_image_and_begins_with_it_by_digest()
    {
        var build = Next([Published(1)]);
        var patch = build.Spec!.Patch!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(patch.Of.Digest, Is.EqualTo(A.Image(1).Digest));
            Assert.That(patch.Of.Build, Is.EqualTo("gemma-b1"));
            Assert.That((patch.Layers, patch.FullBuild), Is.EqualTo((1, "gemma-b1")));
            Assert.That(build.Spec.FullBuildReason, Is.Null);
            Assert.That(
                build.Spec.Resolved.Dockerfile,
                Does.Contain($"ARG BASE_IMAGE={A.Image(1).Reference}").And.Not.Contain("useradd")
            );
            Assert.That(build.Spec.Resolved.BaseDigest, Is.EqualTo(A.Digest(1)), "what is upstream is told, too");
            Assert.That(UnchangedPolicy.InputsOf(build.Spec), Is.EqualTo(patch.Inputs));
            Assert.That(BuildKind.Describe(build.Spec), Does.Contain("patch 1 since gemma-b1"));
        }
    }

    [Test]
    public void Who_doesnt_ask_for_patches_gets_none_and_is_told_nothing([Values] bool isNamed)
    {
        var build = Next(
            [Published(1)],
            spec => spec with { Patching = isNamed ? new PatchingSpec { Policy = PatchingPolicy.None } : null }
        );
        Assert.That(
            (build.Spec!.Patch, build.Spec.FullBuildReason),
            Is.EqualTo(((BuildPatch?)null, (WireEnum<FullBuildReason>?)null))
        );
        Assert.That(BuildKind.Describe(build.Spec), Is.Null);
    }

    [Test]
    public void Patches_are_counted_and_after_the_last_one_everything_is_built()
    {
        var (first, second) = (Published(1), Patch(2, layers: 1));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Next([second, first], Most(2)).Spec!.Patch!.Layers, Is.EqualTo(2));
            Assert.That(Why([second, first], Most(1)), Is.EqualTo(FullBuildReason.MaxLayers));
            Assert.That(Next([Published(3), second, first], Most(1)).Spec!.Patch!.Layers, Is.EqualTo(1));
        }
    }

    [Test]
    public void A_build_of_everything_that_found_nothing_changed_has_proved_the_patch_and_takes_no_layers_off()
    {
        var old = Published(1, A.Morning.AddDays(-40));
        var patch = Patch(2, layers: 1, A.Morning.AddDays(-30));
        var confirmed = Published(3, A.Morning.AddDays(-10)) with { Status = patch.Status };
        confirmed = confirmed with { Status = confirmed.Status! with { CompletionTime = A.Morning.AddDays(-10) } };
        var next = Next([confirmed, patch, old], Most(5));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(next.Spec!.Patch!.Of.Build, Is.EqualTo("gemma-b2"));
            Assert.That((next.Spec.Patch.Layers, next.Spec.Patch.FullBuild), Is.EqualTo((2, "gemma-b3")));
            Assert.That(Why([confirmed, patch, old], Most(1)), Is.EqualTo(FullBuildReason.MaxLayers));
            Assert.That(Why([patch, old]), Is.EqualTo(FullBuildReason.FullRebuildInterval));
        }
    }

    [Test]
    public void The_last_build_of_everything_is_remembered_when_it_has_left_the_history()
    {
        var recent = Patch(6, layers: 2, fullBuildTime: A.Morning.AddDays(-3));
        var old = Patch(6, layers: 2, fullBuildTime: A.Morning.AddDays(-31));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Next([recent]).Spec!.Patch!.FullBuild, Is.EqualTo("gemma-b1"));
            Assert.That(Why([old]), Is.EqualTo(FullBuildReason.FullRebuildInterval));
        }
    }

    [Test]
    public void Whoever_asks_by_hand_gets_everything_new()
    {
        var image = Image().Asking("now");
        Assert.That(
            Render(A.Snapshot(image, Inputs, [Published(1)], Due)).Spec!.FullBuildReason,
            Is.EqualTo((WireEnum<FullBuildReason>?)FullBuildReason.NotForPackages)
        );
    }

    [Test]
    public void What_goes_into_the_image_is_compared_to_the_last_letter()
    {
        var published = Published(1);
        var moved = Inputs with { Resolved = Inputs.Resolved with { Dockerfile = "another rendering" } };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Why([published], inputs: moved), Is.EqualTo(FullBuildReason.InputsDiffer));
            Assert.That(Why([published], baseDigest: 2), Is.EqualTo(FullBuildReason.InputsDiffer));
            Assert.That(Why([Unlisted(published)]), Is.EqualTo(FullBuildReason.InputsDiffer));
            Assert.That(
                Why([published], inputs: A.Inputs("i2") with { Resolved = Inputs.Resolved }),
                Is.EqualTo(FullBuildReason.NotForPackages),
                "a spec that changed is due for more than packages"
            );
        }
    }

    [Test]
    public void A_Dockerfile_of_ones_own_is_never_patched()
    {
        var own = Inputs with
        {
            Content = Inputs.Content with
            {
                Dockerfile = GemmaOperator
                    .Builds.Inputs.DockerfileText.Parse("ARG BASE_IMAGE\nFROM ${BASE_IMAGE}\n", "f")
                    .Value,
            },
        };
        Assert.That(Why([Published(1)], inputs: own), Is.EqualTo(FullBuildReason.OwnDockerfile));
    }

    [Test]
    public void Nothing_is_put_onto_what_failed_its_rollout()
    {
        var status = new GemmaBaseImageStatus { RejectedDigests = [A.Image(1, "gemma-base-service").Digest] };
        Assert.That(
            Why([Published(1)], image: Image() with { Status = status }),
            Is.EqualTo(FullBuildReason.PublishedRejected)
        );
    }

    [Test]
    public void Where_layers_come_from_the_cache_no_package_would_move()
    {
        Assert.That(
            Why(
                [Published(1)],
                spec => spec with { Build = spec.Build with { Cache = new CacheSpec { Refresh = CacheRefresh.Never } } }
            ),
            Is.EqualTo(FullBuildReason.SameEpoch)
        );
    }

    [Test]
    public void Nothing_is_put_onto_an_image_that_nobody_knows_the_maker_of_or_that_isnt_there()
    {
        var reused = Patch(2, layers: 1);
        reused = reused with { Status = reused.Status! with { Candidate = A.Image(1), Promoted = A.Image(1) } };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Why([reused]), Is.EqualTo(FullBuildReason.NothingToPatch));
            Assert.That(
                Why([], image: Image() with { Status = new GemmaBaseImageStatus { InputsHash = Inputs.AttemptHash } }),
                Is.EqualTo(FullBuildReason.NothingToPatch)
            );
        }
    }

    [Test]
    public void A_patch_that_failed_is_replaced_by_a_build_of_everything_at_once(
        [Values(null, FailureKind.External)] FailureKind? kind
    )
    {
        var failed = Failed(Patch(2, layers: 1, A.Morning), kind);
        var s = A.Snapshot(Ticked(), Inputs, [failed, Published(1)], now: A.Morning.AddMinutes(20));
        var build = Render(s);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(build.Spec!.FullBuildReason?.Value, Is.EqualTo(FullBuildReason.PatchFailed));
            Assert.That(build.Spec.Reasons, Is.EqualTo(failed.Spec!.Reasons), "what it was for is still due");
            Assert.That(build.Spec.Template.ReuseBase, Is.Null, "what it had pushed isn't used");
            Assert.That(build.Spec.Template.Build.Retries, Is.EqualTo(new BuildSpec().Retries));
        }
    }

    [Test]
    public void What_failed_on_an_image_isnt_tried_on_it_again_after_a_build_of_everything_that_only_confirmed_it()
    {
        var (published, failed) = (Published(1), Failed(Patch(2, layers: 1), kind: null));
        var confirmed = Published(3) with { Status = published.Status };
        Assert.That(Why([confirmed, failed, published]), Is.EqualTo(FullBuildReason.PatchFailed));
        Assert.That(Next([Published(3), failed, published]).Spec!.Patch, Is.Not.Null, "another image is another try");
    }

    [Test]
    public void A_patch_that_failed_of_what_passes_is_tried_again_as_a_patch()
    {
        var failed = Failed(Patch(2, layers: 1, A.Morning), FailureKind.Transient) with { };
        failed = failed with { Status = failed.Status! with { Candidate = null } };
        var s = A.Snapshot(Ticked(), Inputs, [failed, Published(1)], now: A.Morning.AddHours(1));
        Assert.That(Render(s).Spec!.Patch?.Layers, Is.EqualTo(1));
    }

    [Test]
    public void A_patch_that_somebody_stopped_makes_none_due()
    {
        var stopped = Failed(Patch(2, layers: 1, A.Morning), kind: null, ImageReason.BuildSucceeded.Canceled);
        var s = A.Snapshot(Ticked(), Inputs, [stopped, Published(1)], now: A.Morning.AddHours(1));
        Assert.That(DueBuild.Find(s, Inputs), Is.Null);
    }
}
