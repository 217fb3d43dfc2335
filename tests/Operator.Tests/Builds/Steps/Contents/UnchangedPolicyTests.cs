using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Contents;
using GemmaOperator.Builds.Contents;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Contents;
using Operator.Tests.Builds.Contents;

namespace Operator.Tests.Builds.Steps.Contents;

/// <summary>Only what is the same in all that was compared changes nothing; every doubt is a difference.</summary>
internal sealed class UnchangedPolicyTests
{
    private static readonly PackageList List = PackedList.List(("openssl", "3"), ("torch", "2"));

    [Test]
    public void Equal_packages_and_equal_inputs_change_nothing() => Assert.That(MayBe(), Is.True);

    private static readonly TestCaseData[] Asked =
    [
        Spec("another base digest", s => s with { Resolved = s.Resolved with { BaseDigest = A.Digest(9) } }),
        Spec("another base", s => s with { Resolved = s.Resolved with { BaseReference = "r.example/x:2" } }),
        Spec("a Dockerfile rendered otherwise", s => s with { Resolved = s.Resolved with { Dockerfile = "FROM x" } }),
        Spec("other requirements", s => s with { Resolved = s.Resolved with { Requirements = "a==1" } }),
        Spec("other inputs (env, user, labels)", s => s with { Resolved = s.Resolved with { InputsHash = "x" } }),
        Spec("built otherwise", s => s with { Resolved = s.Resolved with { AttemptHash = "x" } }),
        Spec("published otherwise", s => s with { Resolved = s.Resolved with { PublishHash = "x" } }),
        Spec("only published", s => s with { Template = s.Template with { Application = null } }),
        Spec("a base that is used again", s => s with { Template = s.Template with { ReuseBase = A.Image(1) } }),
        Spec(
            "another repository",
            s =>
                s with
                {
                    Template = s.Template with { Output = s.Template.Output with { Repository = "r.example/y" } },
                }
        ),
    ];

    [TestCaseSource(nameof(Asked))]
    public void What_asks_for_another_result_gets_it(Func<GemmaBuildSpec, GemmaBuildSpec> change) =>
        Assert.That(MayBe(s => s with { Build = s.Build with { Spec = change(s.Build.Spec!) } }), Is.False);

    [TestCase(false, "spec.requirements.indexURL")]
    [TestCase(false, "spec.requirements.extraIndexURLs")]
    [TestCase(true, "spec.requirements.indexURL", "spec.requirements.requireHashes")]
    public void An_index_that_may_give_other_files_of_a_version_is_a_doubt_without_hashes(
        bool mayBe,
        params string[] fields
    ) =>
        Assert.That(
            MayBe(s =>
                s with
                {
                    Build = s.Build with
                    {
                        Spec = s.Build.Spec! with
                        {
                            Resolved = s.Build.Spec!.Resolved with
                            {
                                Fields = fields.ToDictionary(f => f, _ => "x", StringComparer.Ordinal),
                            },
                        },
                    },
                }
            ),
            Is.EqualTo(mayBe)
        );

    [Test]
    public void Another_list_is_a_difference() =>
        Assert.That(MayBe(list: PackedList.List(("openssl", "3"), ("torch", "3"))), Is.False);

    [Test]
    public void A_list_that_is_not_whole_decides_nothing()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(MayBe(list: List with { Unreadable = 1 }), Is.False);
            Assert.That(MayBe(list: List with { Unsupported = [PackageKind.Rpm] }), Is.False);
            Assert.That(MayBe(then: c => c with { Unreadable = 1 }), Is.False);
            Assert.That(MayBe(then: c => c with { Unsupported = [PackageKind.Rpm] }), Is.False);
        }
    }

    [Test]
    public void What_failed_its_rollout_is_made_anew() =>
        Assert.That(MayBe(s => s with { Published = s.Published! with { MayStay = false } }), Is.False);

    [Test]
    public void Without_a_list_of_the_published_image_nothing_is_equal()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(MayBe(s => s with { Published = null }), Is.False);
            Assert.That(MayBe(then: _ => null), Is.False);
        }
    }

    [Test]
    public void A_build_ends_only_while_what_it_equals_is_still_what_is_published()
    {
        var s = Snapshot();
        var same = s with
        {
            Build = s.Build with
            {
                Status = new GemmaBuildStatus { Contents = new ContentsStatus { SameAs = "gemma-b1" } },
            },
        };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(EndUnchanged.Decide(same), Is.InstanceOf<EndUnchanged>());
            Assert.That(EndUnchanged.Decide(s), Is.Null);
            Assert.That(EndUnchanged.Decide(same with { Published = null }), Is.Null);
            Assert.That(
                EndUnchanged.Decide(same with { Published = same.Published! with { MayStay = false } }),
                Is.Null
            );
            Assert.That(
                EndUnchanged.Decide(
                    same with
                    {
                        Published = new PublishedBuild(A.Build(3).Succeeded(), MayStay: true),
                    }
                ),
                Is.Null
            );
        }
    }

    private static TestCaseData Spec(string name, Func<GemmaBuildSpec, GemmaBuildSpec> change) =>
        new TestCaseData(change).SetArgDisplayNames(name);

    private static bool MayBe(
        Func<BuildSnapshot, BuildSnapshot>? change = null,
        PackageList? list = null,
        Func<ContentsStatus, ContentsStatus?>? then = null
    ) => UnchangedPolicy.MayBe((change ?? (s => s))(Snapshot(then)), list ?? List);

    private static BuildSnapshot Snapshot(Func<ContentsStatus, ContentsStatus?>? then = null)
    {
        var before = A.Build(1).Succeeded();
        var contents = ContentsFold.Of(List) with { Inputs = UnchangedPolicy.InputsOf(before.Spec!) };
        return Given.Snapshot(A.Build(2)) with
        {
            Published = new PublishedBuild(
                before with
                {
                    // As a cache has it: without the texts.
                    Spec = before.Spec! with
                    {
                        Resolved = before.Spec.Resolved with { Dockerfile = "" },
                    },
                    Status = before.Status! with { Contents = (then ?? (c => c))(contents) },
                },
                MayStay: true
            ),
        };
    }
}
