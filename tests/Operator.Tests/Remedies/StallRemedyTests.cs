using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Preflight;
using GemmaOperator.BaseImages.Reconcile;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.Builds.Inputs;
using Operator.Tests.BaseImages.Serving;

namespace Operator.Tests.Remedies;

/// <summary>
/// Kind: every remedy that is printed works. What stalls an object is played, and what its message asks for ends it.
/// </summary>
internal sealed class StallRemedyTests
{
    private static readonly ImageStatus Old = RolloutWorld.Old;

    private static readonly NamedObject Weights = new(
        "spec.rollout.server.model.existingClaim",
        "PersistentVolumeClaim",
        "weights"
    );

    /// <summary>Reasons whose end is played here, or in the tests named beside them.</summary>
    private static readonly IReadOnlyDictionary<string, string> Played = new Dictionary<string, string>(
        StringComparer.Ordinal
    )
    {
        [ImageReason.Stalled.RolledBack] = nameof(A_rolled_back_image),
        [ImageReason.Stalled.SettingsRolledBack] = nameof(Settings_that_were_given_up),
        [ImageReason.Stalled.RetriesExhausted] = nameof(A_failed_build),
        [ImageReason.Stalled.InvalidSpec] = nameof(A_pin_of_a_build_that_is_not_there) + ", SpecValidatorTests",
        [ImageReason.Stalled.NotAllowed] = "TenantPolicyCheckTests",
        [ImageReason.Stalled.InvalidSchedule] = "CronJobAgreementTests",
        [ImageReason.Stalled.InvalidBaseReference] = "BaseDigestTests",
        [ImageReason.Stalled.ObjectNotFound] = nameof(What_a_build_needs),
        [ImageReason.Stalled.SecretNotFound] = "RefusedInputTests",
        [ImageReason.Stalled.ConfigMapNotFound] = "RefusedInputTests",
        [ImageReason.Stalled.CaBundleInvalid] = "SurroundingsFlowTests",
        [ImageReason.Stalled.ServerImageNotFound] = nameof(What_a_build_needs),
        [ImageReason.Stalled.ServerImageUnusable] = nameof(What_a_build_needs),
        [ImageReason.Stalled.RepositoryNotFound] = nameof(What_a_build_needs),
        [ImageReason.Stalled.PushRefused] = nameof(What_a_build_needs),
        [ImageReason.Stalled.EgressRefused] = "EgressFlowTests",
        [ImageReason.Stalled.RepositoryNotAllowed] = "RepositoryPolicyTests, RepositoryRulesTests",
        [ImageReason.Stalled.RepositoryTaken] = "RepositoryClaimsTests, RivalFlowTests",
        [ImageReason.Stalled.NotOurs] = "OwnBuildsTests",
        [ImageReason.Stalled.ModelRequired] = "ServerModelPolicyTests",
        [ImageReason.Stalled.ModelNotFound] = "ModelFreshnessTests",
        [ImageReason.Stalled.ModelUnauthorized] = "ModelFreshnessTests",
        [ImageReason.Stalled.ModelGated] = "ModelFreshnessTests",
        [ImageReason.Stalled.ModelUnsupported] = "ModelJudgementTests",
        [ImageReason.Stalled.ModelHubUnusable] = "ModelFreshnessTests",
        [ImageReason.Stalled.ServerCannotFetch] = "ServerModelPolicyTests",
        [ImageReason.Stalled.ModelFetchFailed] = "FetchPolicyTests",
        [ImageReason.Stalled.RewrittenByAdmission] = "AdmissionTests, RewrittenFlowTests",
        [ImageReason.Stalled.FieldContested] = "AdmissionTests, RewrittenFlowTests",
        ["ObjectRefused"] = "the tests of what the API server refuses",
        ["InternalError"] = "the tests of a reconcile that throws",
    };

    [Test]
    public void Every_reason_has_its_end() =>
        Assert.That(
            typeof(ImageReason.Stalled)
                .GetFields()
                .Select(f => (string)f.GetRawConstantValue()!)
                .Where(reason => !Played.ContainsKey(reason)),
            Is.Empty
        );

    [TestCase("a new build")]
    [TestCase("pin the older")]
    [TestCase("pin the newest")]
    [TestCase("a changed spec")]
    public void A_rolled_back_image(string remedy)
    {
        var world = new RolloutWorld(r => r with { Rollback = new RollbackSpec { SoakTime = "0s" } }).Serving(Old);
        world.Step();
        world.With(2).Step();
        world.CarryOut(available: 0, restarts: 3).Step();
        world.Step();
        world.CarryOut().Step();
        Assert.That(world.Condition("Stalled"), Is.EqualTo("True RolledBack"));
        Assert.That(
            world.Message("Stalled"),
            Does.EndWith("A new build, a changed spec or spec.rollout.pinnedBuild ends this.")
        );

        _ = remedy switch
        {
            "pin the older" => world.Edit(r => r with { PinnedBuild = "gemma-b1" }),
            "pin the newest" => world.Edit(r => r with { PinnedBuild = "gemma-b2" }),
            "a changed spec" => world.With(3, A.Inputs("i2")),
            _ => world.With(3),
        };
        world.Step();
        Assert.That(world.Condition("Stalled"), Is.Null);
    }

    [TestCase(9001)]
    [TestCase(8080)]
    public void Settings_that_were_given_up(int port)
    {
        var world = new RolloutWorld(r => r).Serving(Old);
        world.Step();
        world.Edit(r => r with { Server = r.Server with { Port = 9000 } }).Step();
        world.CarryOut(available: 0, restarts: 3).Step();
        world.Step();
        world.CarryOut().Step();
        Assert.That(world.Condition("Stalled"), Is.EqualTo("True SettingsRolledBack"));
        Assert.That(world.Message("Stalled"), Does.EndWith("Change spec.rollout.server."));

        world.Edit(r => r with { Server = r.Server with { Port = port } }).Step();
        Assert.That(world.Condition("Stalled"), Is.Null);
    }

    [Test]
    public void A_failed_build()
    {
        var failed = A.Build(1).Failed();
        Assert.That(
            ImagePlanner.Decide(A.Snapshot(A.BaseImage().Knowing(1), builds: [failed])),
            Is.InstanceOf<ImageDecision.Settled>()
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                ImagePlanner.Decide(A.Snapshot(A.BaseImage().Knowing(1), A.Inputs("i2"), [failed])),
                Is.InstanceOf<ImageDecision.StartBuild>(),
                "change the spec"
            );
            Assert.That(
                ImagePlanner.Decide(A.Snapshot(A.BaseImage().Knowing(1).Asking("now"), builds: [failed])),
                Is.InstanceOf<ImageDecision.StartBuild>(),
                "set the annotation"
            );
        }
    }

    [TestCase("gemma-b1")]
    [TestCase("")]
    public void A_pin_of_a_build_that_is_not_there(string pin)
    {
        var world = new RolloutWorld(r => r).Serving(Old).Edit(r => r with { PinnedBuild = "gemma-b9" });
        world.Step();
        Assert.That(world.Condition("Stalled"), Is.EqualTo("True InvalidSpec"));
        Assert.That(world.Message("Stalled"), Does.EndWith("choose one of gemma-b1, or empty it"));

        world.Edit(r => r with { PinnedBuild = pin }).Step();
        Assert.That(world.Condition("Stalled"), Is.Null);
    }

    private static BuildRequest Understand(GemmaBaseImageSpec spec) =>
        new BuildRequestReader(null!, null!, null!, "registry.example/team/server:1", canScan: true).Understand(
            spec,
            ParsedSpec.Parse(spec, null, null)
        );

    private static IEnumerable<TestCaseData> Needs()
    {
        yield return Need("a missing object", new PreflightFacts { Missing = [Weights] });
        yield return Need(
            "a claim for one pod",
            new PreflightFacts { ClaimAccessModes = ["ReadWriteOncePod"] },
            s => s with { Rollout = s.Rollout with { Server = s.Rollout.Server with { Replicas = 1 } } }
        );
        yield return Need("a base that lacks a platform", Base(new BasePlatformAnswer.Lacking("no arm64")));
        yield return Need("a base that can't be read", Base(new BasePlatformAnswer.Unavailable("503")));
        yield return Need(
            "a server that isn't there",
            new PreflightFacts { Server = new ServerImageAnswer.Missing("404") }
        );
        yield return Need(
            "a server that can't be used",
            new PreflightFacts { Server = new ServerImageAnswer.Unusable("no") }
        );
        yield return Need("a repository that isn't there", Repository(new RepositoryAnswer.Missing("404")));
        yield return Need("a repository that refuses", Repository(new RepositoryAnswer.Refused("403")));
    }

    /// <summary>
    /// Either what was missed is there when it is looked up again, or the spec is changed as the message says.
    /// </summary>
    [TestCaseSource(nameof(Needs))]
    public void What_a_build_needs(PreflightFacts facts, Func<GemmaBaseImageSpec, GemmaBaseImageSpec>? change)
    {
        var image = A.BaseImage(s =>
                s with
                {
                    Rollout = s.Rollout with { Server = s.Rollout.Server with { Replicas = 2 } },
                }
            )
            .Knowing(1);
        var s = A.Snapshot(image) with { Preflight = facts with { IsForBuild = true } };
        var withheld = (ImageDecision.Withhold)ImagePlanner.Decide(s);
        Assert.That(withheld.Until, Is.GreaterThan(s.Now), "it is looked at again by itself");

        var mended = change is null
            ? s with
            {
                Preflight = new PreflightFacts { IsForBuild = true },
            }
            : s with
            {
                Image = image with { Spec = change(image.Spec!) },
            };
        Assert.That(PreflightPolicy.ForBuild(mended), Is.Null);
    }

    private static PreflightFacts Base(BasePlatformAnswer answer) => new() { Base = answer };

    private static PreflightFacts Repository(RepositoryAnswer answer) =>
        new() { Repositories = [("spec.output.repository", answer)] };

    private static TestCaseData Need(
        string name,
        PreflightFacts facts,
        Func<GemmaBaseImageSpec, GemmaBaseImageSpec>? change = null
    ) => new TestCaseData(facts, change).SetArgDisplayNames(name);
}
