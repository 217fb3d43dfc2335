using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Contents;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Contents;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.Manifests;
using GemmaOperator.Registry.References;
using k8s.Models;
using KubectlGemma.Images;

namespace Cli.Tests.Images;

/// <summary>An image holds only where all that the operator recorded of it is so.</summary>
public sealed class ProvenancePolicyTests
{
    private static readonly ImageReference Image = ImageReference.Parse($"registry.example/team/gemma@{Digest('1')}");
    private static readonly ImageReference Service = ImageReference.Parse($"registry.example/team/svc@{Digest('2')}");

    private static readonly PackageList List = PackageList.Of([
        new Package(PackageKind.Dpkg, "curl", "1", "amd64", PackageOrigin.Unknown),
    ]);

    private static readonly GemmaBuild Build = new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = "gemma-b1",
            NamespaceProperty = "team",
            OwnerReferences =
            [
                new V1OwnerReference
                {
                    ApiVersion = ApiGroup.GroupVersion,
                    Kind = GemmaBaseImage.KubeKind,
                    Name = "gemma",
                    Uid = "u",
                    Controller = true,
                },
            ],
        },
        Spec = new GemmaBuildSpec
        {
            ImageRef = new ImageOwnerReference { Name = "gemma", Uid = "u" },
            Number = 1,
            Resolved = new ResolvedInputs
            {
                BaseReference = "pytorch/pytorch:1",
                BaseDigest = Digest('b'),
                InputsHash = "v1-inputs",
            },
            Template = new BuildTemplate { Output = new OutputSpec { Repository = "registry.example/team/gemma" } },
        },
        Status = new GemmaBuildStatus
        {
            ConfirmedOwner = "u",
            Conditions =
            [
                new V1Condition
                {
                    Type = ConditionType.Succeeded,
                    Status = "True",
                    Reason = "Completed",
                },
            ],
            Promoted = new ImageStatus { Reference = Image.ToString(), Digest = Digest('1') },
            Application = new ImageStatus { Reference = Service.ToString(), Digest = Digest('2') },
            Verification = new VerificationStatus
            {
                User = "1:1",
                Uid = 1,
                Gid = 1,
            },
            Contents = new ContentsStatus
            {
                Fingerprint = List.Fingerprint,
                Sbom = new SbomStatus { State = SbomState.Stored, Digest = Digest('d') },
            },
        },
    };

    private static readonly ProvenanceFacts Good = new()
    {
        Image = Image,
        Build = Build,
        Owner = new GemmaBaseImage
        {
            Metadata = new V1ObjectMeta
            {
                Name = "gemma",
                NamespaceProperty = "team",
                Uid = "u",
            },
            Status = new GemmaBaseImageStatus { LatestImage = Build.Status!.Promoted },
        },
        There = new Answer<ImageContent>(Content(Image, Digest('b'), "l1", "l2")),
        ListedBy = Build,
        Document = new Answer<byte[]>(CycloneDx.Render(List, Image)),
        Tags = [(ImageTag.Parse("latest"), new Answer<ImageDigest>(Image.Digest))],
    };

    private static readonly ProvenanceFacts GoodService = Good with
    {
        Image = Service,
        There = new Answer<ImageContent>(Content(Service, Digest('1'), "l1", "l2", "s1")),
        Base = Good.There,
    };

    private static IEnumerable<TestCaseData> Broken()
    {
        yield return Case(Good with { Owner = null }, "build", "GemmaBaseImage is gone");
        yield return Case(
            With(s => s with { ConfirmedOwner = "other" }),
            "build",
            "isn't a build that the operator made"
        );
        yield return Case(With(s => s with { Conditions = [] }), "build", "hasn't ended");
        yield return Case(With(s => s with { Verification = null }), "verified", "nothing of it was verified");
        yield return Case(Good with { There = new Answer<ImageContent>(null, "gone") }, "registry", "gone");
        yield return Case(
            Good with
            {
                There = new Answer<ImageContent>(Content(Image, Digest('c'), "l1")),
            },
            "base",
            $"its config names {Digest('c')}"
        );
        yield return Case(
            GoodService with
            {
                There = new Answer<ImageContent>(Content(Service, Digest('1'), "x", "l2", "s1")),
            },
            "base",
            "its first layers aren't those of"
        );
        yield return Case(
            Good with
            {
                Document = new Answer<byte[]>(CycloneDx.Render(PackageList.Of([]), Image)),
            },
            "packages",
            "isn't what gemma-b1 recorded"
        );
        yield return Case(
            Good with
            {
                ListedBy = Build with
                {
                    Status = Build.Status! with
                    {
                        Contents = Build.Status.Contents! with
                        {
                            Layers = new LayersStatus { Unlisted = 1, Names = ["evil 1.0"] },
                        },
                    },
                },
            },
            "layers",
            "1 Python packages in them aren't in its list: evil 1.0"
        );
        yield return Case(Good with { Document = new Answer<byte[]>([1]) }, "packages", "can't be read");
        yield return Case(
            Good with
            {
                Tags = [(ImageTag.Parse("latest"), new Answer<ImageDigest>(ImageDigest.Parse(Digest('9'))))],
            },
            "tag latest",
            $"is at {Digest('9')}"
        );
    }

    [Test]
    public void What_is_as_it_was_recorded_holds()
    {
        foreach (var facts in (ProvenanceFacts[])[Good, GoodService])
        {
            Assert.That(ProvenancePolicy.Judge(facts).Where(v => v.Finding != Finding.Holds), Is.Empty);
        }
    }

    [TestCaseSource(nameof(Broken))]
    public void What_isnt_is_told(object facts, string subject, string told)
    {
        var wrong = ProvenancePolicy.Judge((ProvenanceFacts)facts).Where(v => !v.IsGood).ToList();
        Assert.That(wrong.Select(v => v.Subject), Is.EqualTo([subject]));
        Assert.That(wrong[0].Finding, Is.EqualTo(Finding.Fails));
        Assert.That(wrong[0].Text, Does.Contain(told));
    }

    [Test]
    public void A_tag_that_the_object_has_no_more_is_nothing_wrong()
    {
        var facts = Good with { Tags = [(ImageTag.Parse("v1"), null)] };
        var verdict = ProvenancePolicy.Judge(facts).Single(v => v.Subject == "tag v1");
        Assert.That((verdict.Finding, verdict.IsGood), Is.EqualTo((Finding.NotAsked, true)));
    }

    [Test]
    public void Labels_of_another_build_are_wrong()
    {
        var other = Content(Image, Digest('b'), "l1");
        other.Config["config"]!["Labels"]![BuildLabels.InputsHash] = "v1-other";
        var facts = Good with { There = new Answer<ImageContent>(other) };
        Assert.That(
            ProvenancePolicy.Judge(facts).Single(v => !v.IsGood).Text,
            Is.EqualTo("its config isn't of this build: gemmaoperator.io/inputs-hash is v1-other, not v1-inputs")
        );
    }

    [Test]
    public void What_cant_be_asked_is_no_good_either()
    {
        var facts = Good with { Document = new Answer<byte[]>(null, "away", IsAnswered: false) };
        Assert.That(
            ProvenancePolicy.Judge(facts).Single(v => !v.IsGood),
            Is.EqualTo(new Verdict("packages", Finding.Unknown, "away"))
        );
    }

    [Test]
    public void A_build_that_only_confirms_an_image_didnt_make_it()
    {
        var confirms = Build with
        {
            Metadata = new V1ObjectMeta { Name = "gemma-b0" },
            Spec = Build.Spec! with { Number = 0 },
            Status = Build.Status! with
            {
                Conditions =
                [
                    new V1Condition
                    {
                        Type = ConditionType.Succeeded,
                        Status = "True",
                        Reason = "NothingChanged",
                    },
                ],
            },
        };
        Assert.That(ProvenanceFacts.MakerOf([confirms, Build], Digest('1')), Is.SameAs(Build));
        Assert.That(ProvenanceFacts.MakerOf([confirms], Digest('1')), Is.SameAs(confirms));
        Assert.That(ProvenanceFacts.MakerOf([Build], Digest('7')), Is.Null);
    }

    [Test]
    public void Packages_of_a_base_image_that_is_reused_are_those_that_its_own_build_listed()
    {
        var reuses = Build with
        {
            Metadata = new V1ObjectMeta { Name = "gemma-b2", NamespaceProperty = "team" },
            Status = Build.Status! with { Contents = null },
        };
        Assert.That(ProvenanceFacts.ListerOf([reuses, Build], reuses), Is.SameAs(Build));
        Assert.That(ProvenanceFacts.ListerOf([reuses], reuses), Is.Null);
    }

    private static TestCaseData Case(ProvenanceFacts facts, string subject, string told) =>
        new TestCaseData(facts, subject, told).SetArgDisplayNames(subject, told);

    private static ProvenanceFacts With(Func<GemmaBuildStatus, GemmaBuildStatus> change) =>
        Good with
        {
            Build = Build with { Status = change(Build.Status!) },
        };

    private static ImageContent Content(ImageReference image, string @base, params string[] layers) =>
        new(
            image.Repository,
            new Descriptor(MediaTypes.OciManifest, image.Digest!, 1),
            new ImageManifest(MediaTypes.OciManifest, new Descriptor("", image.Digest!, 1), []),
            new JsonObject
            {
                ["config"] = new JsonObject
                {
                    ["Labels"] = new JsonObject
                    {
                        [BuildLabels.BaseDigest] = @base,
                        [BuildLabels.Image] = "team/gemma",
                        [BuildLabels.InputsHash] = "v1-inputs",
                    },
                },
                ["rootfs"] = new JsonObject { ["diff_ids"] = new JsonArray([.. layers.Select(l => (JsonNode)l)]) },
            }
        );

    private static string Digest(char digit) => $"sha256:{new string(digit, 64)}";
}
