using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Engines;
using GemmaOperator.Api.Models;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.BaseImages.Weights;
using GemmaOperator.Registry.References;
using Operator.Tests.Hub;

namespace Operator.Tests.BaseImages.Weights;

internal sealed class ServerModelPolicyTests
{
    private static readonly ModelSpec Claim = new() { ExistingClaim = "weights" };

    private static IEnumerable<TestCaseData> Cases()
    {
        yield return Case("needs weights, has none", new ModelSpec(), Server(needs: true), "ModelRequired");
        yield return Case("needs weights, has a claim", Claim, Server(needs: true), null);
        yield return Case("needs none", new ModelSpec(), Server(), null);
        yield return Case("can't fetch", Weighted.OnHub(), Server(), "ServerCannotFetch");
        yield return Case("can fetch", Weighted.OnHub(), Server(fetches: true, types: ["gemma"]), null);
        yield return Case("says no kinds", Weighted.OnHub(), Server(fetches: true), null);
        yield return Case(
            "another kind",
            Weighted.OnHub(),
            Server(fetches: true, types: ["gemma2"]),
            "ModelUnsupported"
        );
    }

    [TestCaseSource(nameof(Cases))]
    public void A_server_and_weights_that_do_not_go_together_are_told_before_a_build(
        ModelSpec model,
        ServerImageFacts server,
        string? reason
    )
    {
        var image = A.BaseImage().With(model);
        image = model.Hub is null
            ? image
            : image.Recording(
                new ModelStatus
                {
                    Source = ModelSource.Hub,
                    Reference = image.Declared().Text,
                    Revision = HubServer.Commit(1),
                    ModelType = "gemma",
                }
            );
        var snapshot = Weighted.Snapshot(image) with
        {
            Preflight = new PreflightFacts { IsForBuild = true, Server = new ServerImageAnswer.Found(server) },
        };
        var verdict = ServerModelPolicy.Judge(snapshot);
        Assert.That(verdict?.Reason, Is.EqualTo(reason));
        Assert.That(verdict?.Message, Is.Null.Or.StartsWith("spec.rollout.server.model"));
        Assert.That(ImagePlanner.Decide(snapshot) is ImageDecision.StartBuild, Is.EqualTo(reason is null));
    }

    [TestCase("VLLM", false)]
    [TestCase("VLLM", true)]
    [TestCase("Builtin", false)]
    public void Weights_that_no_pod_of_the_engine_can_have_replace_none(string engine, bool hasImageVolumes)
    {
        var image = A.BaseImage().With(Weighted.InImage("registry.example/models/gemma:1"));
        image = image with
        {
            Spec = image.Spec! with
            {
                Rollout = image.Spec.Rollout with
                {
                    Server = image.Spec.Rollout.Server with { Engine = WireEnum<ServerEngine>.Read(engine) },
                },
            },
        };
        var build = A.Build(1).Succeeded();
        build = build with
        {
            Spec = build.Spec! with
            {
                Template = build.Spec.Template with
                {
                    Application = new ApplicationTemplate { Engine = image.Spec.Rollout.Server.Engine },
                },
            },
        };
        image = image.Recording(
            new ModelStatus
            {
                Source = ModelSource.Image,
                Reference = image.Declared().Text,
                Digest = A.Digest(7),
            }
        );
        var decision = RolloutPlanner.Decide(
            Weighted.Snapshot(image) with
            {
                Builds = [build],
                Weights = new WeightsFacts { HasImageVolumes = hasImageVolumes },
            }
        );
        Assert.That(
            (decision as RolloutDecision.Hold)?.Hindrance is Hindrance.Refusal { Reason: "ServerCannotFetch" },
            Is.EqualTo(engine == "VLLM" && !hasImageVolumes)
        );
    }

    [Test]
    public void Nothing_is_said_of_an_image_that_nobody_has_read() =>
        Assert.That(ServerModelPolicy.Judge(Weighted.Snapshot(A.BaseImage())), Is.Null);

    private static TestCaseData Case(string name, ModelSpec model, ServerImageFacts server, string? reason) =>
        new TestCaseData(model, server, reason).SetName($"The server {name}");

    private static ServerImageFacts Server(
        bool needs = false,
        bool fetches = false,
        IReadOnlyList<string>? types = null
    ) =>
        new()
        {
            Reference = ImageReference.Parse("registry.example/team/server:1"),
            Digest = ImageDigest.Parse(A.Digest(1)),
            Libtorch = "2.10",
            NeedsModel = needs,
            CanFetch = fetches,
            ModelTypes = types ?? [],
        };
}
